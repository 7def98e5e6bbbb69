namespace NGrammys.Inference.Constraints;

/// <summary>How far a constrained reply has come: a function of the constraint and of the tokens so far, nothing else. Immutable, thread-safe.</summary>
public sealed class ConstraintState
{
    private readonly TokenConstraint _constraint;
    private ulong[]? _allowed;

    internal ConstraintState(TokenConstraint constraint, ParseState? parsed) => (_constraint, Parsed) = (constraint, parsed);

    /// <summary>Whether the text may end here; then the stop tokens are allowed.</summary>
    public bool MayEnd => Parsed is { MayEnd: true };

    /// <summary>Tokens that may come next, one bit each, lowest first; stop tokens where the text may end. Empty of bits behind a stop token.</summary>
    public ReadOnlySpan<ulong> Allowed => _allowed ??= _constraint.Mask(this);

    /// <summary>The bytes that must come next whatever the model says, as far as they are worth drafting; none where there is a choice.</summary>
    public ReadOnlyMemory<byte> Forced => _constraint.ForcedAt(this);

    /// <summary>Where the grammar is; null behind a stop token.</summary>
    internal ParseState? Parsed { get; }

    /// <summary>The state behind a token; null if the token may not come.</summary>
    public ConstraintState? Advance(int token) => _constraint.Advance(this, token);

    /// <summary>Whether a token may come; dearer than asking <see cref="Advance"/> unless <see cref="Allowed"/> is needed anyway.</summary>
    public bool Allows(int token) => (uint)token < (uint)(Allowed.Length * 64) && (Allowed[token >> 6] >> token & 1) != 0;
}
