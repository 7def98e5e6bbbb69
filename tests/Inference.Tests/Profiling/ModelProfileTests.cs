using NGrammys.Inference.Abstractions;
using NGrammys.Inference.Profiling;
using NGrammys.TestSupport;

namespace NGrammys.Inference.Tests.Profiling;

public sealed class ModelProfileTests
{
    [Fact]
    public void Measurement_covers_every_size_at_every_context()
    {
        const int Vocabulary = 20;
        var passes = new HashSet<(int Context, int Tokens)>();
        var contexts = CostMeasurement.ContextsOf(700);
        Assert.Equal([32, 512], contexts);
        using var executor = new ScriptedExecutor(Vocabulary, 512 + CostMeasurement.Tokens[^1], context => context[^1])
        {
            OnForward = batch => passes.Add((batch.Slices[0].PrefixLength, batch.Outputs.Count)),
        };
        var (seconds, spread, prompt) = CostMeasurement.Run(executor, Vocabulary, contexts, null, TestContext.Current.CancellationToken);

        foreach (var context in contexts) Assert.All(CostMeasurement.Tokens, tokens => Assert.Contains((context, tokens), passes));
        Assert.All(seconds, row => Assert.All(row, time => Assert.True(time > 0)));
        Assert.Equal([8, 8], spread.Select(row => row.Length));
        Assert.Equal(contexts.Length, prompt.Length);
    }

    [Fact]
    public void Context_that_is_too_short_for_any_length_is_measured_where_it_ends() => Assert.Equal([22], CostMeasurement.ContextsOf(150));

    [Fact]
    public void Profile_reads_back_under_the_names_that_it_is_documented_with()
    {
        var profile = new ModelProfile
        {
            Model = "m",
            DataType = "float32",
            Device = "cpu",
            Context = [32],
            Tokens = [1, 2],
            Seconds = [[0.5, 0.75]],
            Spread = [[0.1, 0.2]],
        };
        var json = profile.ToJson();
        foreach (var name in (string[])["model", "dtype", "device", "context", "tokens", "seconds", "spread"]) Assert.Contains($"\"{name}\"", json, StringComparison.Ordinal);

        Assert.Equal(profile.Seconds, Read(json).Seconds);
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("{}")]
    [InlineData("""{"model":"m","dtype":"float32","device":"cpu","context":[1],"tokens":[1,2],"seconds":[[1]],"spread":[[1]]}""")]
    public void File_that_is_no_profile_is_one_clear_line(string text) =>
        Assert.Contains("is no cost profile", Assert.Throws<NGrammysException>(() => Read(text)).Message, StringComparison.Ordinal);

    private static ModelProfile Read(string text)
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, text);
            return ModelProfile.Read(path);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
