namespace NGrammys.Drafting.Assessment;

/// <summary>The paper's context n-grams alone, in a rectangle of at most 10 rows of 10 tokens.</summary>
public sealed class PaperContext : IStrategy
{
    private readonly PaperDrafter _drafter = new(rows: 10, width: 10);

    /// <inheritdoc/>
    public void Begin(RecordedTurn turn)
    {
        ArgumentNullException.ThrowIfNull(turn);
        _drafter.Truncate(0);
        _drafter.Append(turn.Prompt);
    }

    /// <inheritdoc/>
    public int Draft(out DraftTree tree) => _drafter.Draft(out tree);

    /// <inheritdoc/>
    public void Take(ReadOnlySpan<int> tokens) => _drafter.Append(tokens);
}
