namespace NGrammys.Architecture.Tests;

public sealed class SourceFileTests
{
    private const int LongestFile = 500;

    [Fact]
    public void Source_file_is_short_enough_to_be_read_in_one_sitting()
    {
        string[] files = [.. Repository.Files(".cs", ".ts", ".svelte", ".css")];

        Assert.NotEmpty(files);
        Assert.DoesNotContain(files, file => File.ReadLines(Path.Combine(Repository.Root, file)).Count() > LongestFile);
    }
}
