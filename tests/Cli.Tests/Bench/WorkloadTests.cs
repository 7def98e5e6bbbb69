using NGrammys.Drafting.Assessment;
using Workload = NGrammys.Cli.Benchmarks.Workload;

namespace NGrammys.Cli.Tests.Bench;

public sealed class WorkloadTests
{
    [Fact]
    public void The_kinds_of_questions_of_MT_Bench_are_one_workload()
    {
        string[] categories = ["writing", "roleplay", "reasoning", "math", "coding", "extraction", "stem", "humanities", "math_reasoning", "rag"];
        RecordedTurn[] turns = [.. categories.Select(category => new RecordedTurn(Guid.NewGuid(), category, [1, 2], [3]))];
        Assert.Equal(
            [("adversarial", 16), ("math_reasoning", 1), ("mt_bench", 8), ("rag", 1)],
            Workload.Of(turns, 10, 16).Select(workload => (workload.Category, workload.Turns.Length)));
    }

    [Fact]
    public void Replies_are_spread_over_the_record()
    {
        RecordedTurn[] turns = [.. Enumerable.Range(0, 9).Select(i => new RecordedTurn(Guid.NewGuid(), "qa", [i], [1]))];
        Assert.Equal([0, 3, 6], Workload.Of(turns, 10, 3).Single(workload => workload.Category == "qa").Turns.Select(turn => turn.Prompt[0]));
    }
}
