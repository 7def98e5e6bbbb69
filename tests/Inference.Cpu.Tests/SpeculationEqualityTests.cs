using NGrammys.TestSupport;

namespace NGrammys.Inference.Cpu.Tests;

public sealed class SpeculationEqualityTests
{
    private const int Seed = 20_260_801;
    private const int CasesOfTrial = 350;

    public static TheoryData<int> Trials => [.. Enumerable.Range(0, 16)];

    // A bench runs a hundred thousand of these; see docs/exactness.md.
    [Theory]
    [MemberData(nameof(Trials))]
    public async Task Tokens_are_those_of_plain_decoding_whatever_is_drafted_batched_or_cut(int trial)
    {
        // Every other one is a model of Llama's family, the others are of all families in turn.
        var family = trial % 2 == 0 ? null : TinyFamilies.Names.ElementAt(trial / 2 % TinyFamilies.Names.Count());
        using var equality = new EqualityTrial(Seed + trial, (model, type, rows) => new CpuExecutor(model.Decoder, model.Weights, type, rows, threads: 1), family);
        while (equality.Cases.Sum() < CasesOfTrial) await equality.RunAsync();
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {Seed + trial}: {string.Join(' ', equality.Cases)} cases, {equality.Accepted} of {equality.Drafted} draft nodes accepted, "
            + $"{equality.Rows} KV rows, {equality.Reused} tokens reused, {equality.Restored} of them from host memory, {equality.Preempted} preemptions");
        Assert.All(equality.Cases, cases => Assert.NotEqual(0, cases));
        Assert.NotEqual(0, equality.Accepted);
        Assert.NotEqual(0, equality.Forced);
        Assert.NotEqual(0, equality.WithStopStrings);
    }
}
