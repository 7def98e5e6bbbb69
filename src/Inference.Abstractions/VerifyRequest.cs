namespace NGrammys.Inference.Abstractions;

/// <summary>A draft for one position of a running sequence, and the question what comes from that position on.</summary>
/// <remarks>
/// The engine goes on without being asked: each step it decodes the root of every running sequence, with the draft that lies ready for exactly
/// that position, or bare. A request is answered at once when tokens from <see cref="Position"/> on are there already (of a draft that came too
/// late remains what it guesses behind them), else after the step that brings them. Asking again for the same position is harmless.
/// </remarks>
public sealed record VerifyRequest
{
    /// <summary>The sequence.</summary>
    public required Guid Sequence { get; init; }

    /// <summary>First position wanted. Everything before it counts as received and is forgotten by the engine.</summary>
    public required int Position { get; init; }

    /// <summary>Guesses for the tokens from <see cref="Position"/> on; empty is a normal answer of a drafter.</summary>
    public DraftNode[] Draft { get; init; } = [];
}
