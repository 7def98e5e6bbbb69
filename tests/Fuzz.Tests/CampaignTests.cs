namespace NGrammys.Fuzz.Tests;

public sealed class CampaignTests : IDisposable
{
    private const int Seed = 20_260_801;
    private const int Inputs = 20_000;

    private readonly WorkFolder _folder = new();

    // The tool runs millions of these; see docs/exactness.md.
    [Theory]
    [InlineData("safetensors")]
    [InlineData("config.json")]
    [InlineData("tokenizer.json")]
    [InlineData("gguf")]
    [InlineData("template")]
    public void Damaged_files_are_read_or_refused_in_one_line(string name)
    {
        var target = FuzzTargets.All(_folder.Path).Single(target => target.Name == name);
        Assert.Contains(target.Seeds, input => IsRead(target, input));
        var failures = new List<string>();
        var campaign = new Campaign(target, Seed);
        campaign.Run((long)(Inputs * target.Share), failures.Add);
        TestContext.Current.TestOutputHelper?.WriteLine(campaign.ToString());
        Assert.Empty(failures);
    }

    [Fact]
    public void A_crash_a_long_message_and_an_allocation_are_found_and_can_be_made_again()
    {
        var (failures, inputs) = (new List<string>(), new List<byte[]>());
        var campaign = new Campaign(new FuzzTarget("probe", 1, [[1, 2, 3, 4]], Mutations.Bytes, input =>
        {
            inputs.Add(input);
            if (inputs.Count == 10) throw new FormatException("crash");
            if (inputs.Count == 20) throw new Inference.Abstractions.NGrammysException("two\nlines");
            if (inputs.Count == 30) GC.KeepAlive(new byte[32 << 20]);
        }), 7);
        campaign.Run(40, failures.Add);
        Assert.Equal(3, failures.Count);
        Assert.Contains("input 9: FormatException", failures[0], StringComparison.Ordinal);
        Assert.Contains("input 19: NGrammysException", failures[1], StringComparison.Ordinal);
        Assert.Contains("input 29: ", failures[2], StringComparison.Ordinal);
        Assert.All(Enumerable.Range(0, 40), i => Assert.Equal(inputs[i], campaign.Input(i)));
    }

    public void Dispose() => _folder.Dispose();

    // What some seeds ask for is refused undamaged.
    private static bool IsRead(FuzzTarget target, byte[] input)
    {
        try
        {
            target.Read(input);
            return true;
        }
        catch (Inference.Abstractions.NGrammysException e)
        {
            Assert.DoesNotContain('\n', e.Message);
            return false;
        }
    }
}
