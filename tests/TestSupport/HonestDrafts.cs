using NGrammys.Drafting;
using NGrammys.Inference.Abstractions;
using NGrammys.Inference.Engine;

namespace NGrammys.TestSupport;

/// <summary>The product's drafter beside a sequence that a test drives.</summary>
public sealed class HonestDrafts
{
    private readonly ConversationDrafter _drafter = new();
    private int _read;

    /// <summary>Reads the prompt.</summary>
    public HonestDrafts(int[] prompt)
    {
        _drafter.Append(prompt);
        _read = prompt.Length;
    }

    /// <summary>A draft behind prompt and reply so far.</summary>
    public DraftNode[] Next(List<int> context)
    {
        _drafter.Observe([.. context.Skip(_read)]);
        _read = context.Count;
        return _drafter.Draft(new DraftBudget(DraftBudget.DefaultMaxNodes)).ToNodes();
    }
}
