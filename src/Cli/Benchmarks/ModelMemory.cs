using NGrammys.Drafting;
using NGrammys.Drafting.Assessment;

namespace NGrammys.Cli.Benchmarks;

/// <summary>What a model's conversations draft from where nothing is shared between them.</summary>
internal sealed class ModelMemory(ModelDrafting drafting) : IDraftMemory
{
    /// <inheritdoc/>
    public ConversationDrafter CreateDrafter() => drafting.CreateDrafter("benchmark");

    /// <inheritdoc/>
    public void Learn(RecordedTurn turn)
    {
    }
}
