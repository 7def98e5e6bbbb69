using System.Text.RegularExpressions;

namespace NGrammys.Architecture.Tests;

/// <summary>docs/security.md names tests as proof; each of them must be there.</summary>
public sealed partial class SecurityPageTests
{
    [Fact]
    public void Every_test_that_the_page_names_exists()
    {
        var page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "security.md"));
        var sources = Repository.Files(".cs").Where(file => file.StartsWith("tests", StringComparison.Ordinal)).ToLookup(file => Path.GetFileNameWithoutExtension(file));
        var named = Named().Matches(page).Select(match => (Class: match.Groups["class"].Value, Method: match.Groups["method"].Value)).Distinct().ToList();

        var missing = named.Where(test => !sources[test.Class].Any(file =>
            test.Method.Length == 0 || Regex.IsMatch(File.ReadAllText(Path.Combine(Repository.Root, file)), $@"\b{test.Method}\(")));

        Assert.True(named.Count > 40, $"only {named.Count} tests are named");
        Assert.Empty(missing);
    }

    [GeneratedRegex(@"`(?<class>[A-Z]\w+(Tests|Compliance))(\.(?<method>\w+))?`")]
    private static partial Regex Named();
}
