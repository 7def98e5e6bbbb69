namespace NGrammys.Cli.Tests.Bench;

/// <summary><c>ngrammys bench failover</c> before it starts anything; what it does then is shown in tests/Failover.Tests and tests/Deploy.Tests.</summary>
public sealed class FailoverCommandTests
{
    [Theory]
    [InlineData("There is no row 'flood'", "--rows", "kill,flood")]
    [InlineData("needs --from DIR", "--rows", "upgrade")]
    [InlineData("There is no NGrammys.Silo in", "--rows", "upgrade", "--from", ".nowhere")]
    [InlineData("too few", "--kills", "0")]
    public async Task What_cannot_be_rehearsed_is_refused_in_one_line(string words, params string[] arguments)
    {
        var (code, output, errors) = await NgrammysProcess.RunAsync(["bench", "failover", .. arguments]);
        Assert.Equal((1, ""), (code, output));
        Assert.Contains(words, Assert.Single(errors.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
    }
}
