namespace NGrammys.Storage;

/// <summary>What one verification step brought to one choice. Its key is (conversation, turn, choice, position). Never changed once stored.</summary>
public sealed record TranscriptRow
{
    /// <summary>Index among the alternatives of the turn, from 0.</summary>
    public int Choice { get; init; }

    /// <summary>Position in the choice of the first token, from 0.</summary>
    public required int Position { get; init; }

    /// <summary>Number of the step in its sequence, from 0.</summary>
    public required int Step { get; init; }

    /// <summary>The tokens; at least one.</summary>
    public required int[] Tokens { get; init; }

    /// <summary>Per token who guessed it; 0 for the model's own.</summary>
    public required byte[] Sources { get; init; }

    /// <summary>Per token the survival estimate that its draft node had; 1 for the model's own.</summary>
    public required float[] Survival { get; init; }

    /// <summary>Draft nodes that the step verified.</summary>
    public int Drafted { get; init; }

    /// <summary>Where <see cref="Text"/> begins in the text of the choice, in UTF-16 code units.</summary>
    public required int TextOffset { get; init; }

    /// <summary>The text that this step settled; empty while half a code point or a possible stop string is held back.</summary>
    public required string Text { get; init; }

    /// <summary>Position behind the last token: that of the row that follows.</summary>
    public int Next => Position + Tokens.Length;

    /// <summary>Whether both say the same, so that storing one again is a retry.</summary>
    internal bool Repeats(TranscriptRow other) =>
        Choice == other.Choice && Position == other.Position && Step == other.Step && Drafted == other.Drafted
        && Tokens.AsSpan().SequenceEqual(other.Tokens) && Sources.AsSpan().SequenceEqual(other.Sources)
        && Survival.AsSpan().SequenceEqual(other.Survival) && TextOffset == other.TextOffset && Text == other.Text;
}
