using System.Text.Json;
using NGrammys.Grains.Interfaces.Conversations;
using NGrammys.Inference.Abstractions;
using NGrammys.Storage;

namespace NGrammys.Grains.Conversations;

/// <summary>A turn that an earlier activation has left, with what it had said.</summary>
internal sealed record UnfinishedTurn(StoredTurn Turn, IReadOnlyList<TranscriptRow> Said)
{
    // A prompt that brings down its engine must not do so for ever. It has said nothing when it does; a reply that was written beside it has, and outlives it.
    private int MaxAttempts => Said.Count == 0 ? 3 : 4;

    /// <summary>Why it cannot go on, for the person to read; null if it can.</summary>
    /// <param name="attempts">How often it was begun, this time included.</param>
    /// <param name="model">What is served now.</param>
    public string? Obstacle(int attempts, ModelInfo model) =>
        Turn.Fingerprint != model.Fingerprint ? "The server serves another model now; this reply cannot go on."
        : attempts > MaxAttempts ? $"The reply was interrupted {MaxAttempts} times and is given up."
        : null;

    /// <summary>Its end where it cannot go on: what it has said stays.</summary>
    public StoredEnd GivenUp(string reason) => Ended("error", reason);

    /// <summary>Its end where the person does not wait for it any longer.</summary>
    public StoredEnd Stopped() => Ended("cancelled", error: null);

    private StoredEnd Ended(string finish, string? error) => new()
    {
        Finish = finish,
        Error = error,
        Text = string.Concat(Said.Select(row => row.Text)),
        Statistics = JsonSerializer.Serialize(Said.Aggregate(new TurnStatistics(), Tally.With)),
    };
}
