using NGrammys.Drafting;
using NGrammys.Drafting.Assessment;

namespace NGrammys.Cli.Benchmarks;

/// <summary>What the replies of a workload draft from, one after the other.</summary>
internal interface IDraftMemory
{
    /// <summary>Makes the drafter of a reply.</summary>
    ConversationDrafter CreateDrafter();

    /// <summary>Learns a reply that is over.</summary>
    void Learn(RecordedTurn turn);
}
