namespace NGrammys.Architecture.Tests;

/// <summary>
/// Nodes of two releases run side by side while a cluster is updated. So a number on the wire means one thing for ever: members may be added under
/// numbers that were never used, and those that go leave their number behind.
/// </summary>
/// <remarks>The contract stands in wire.txt. NGRAMMYS_WRITE=1 adds what is new and marks what has gone with a minus; what changes its meaning it does not excuse.</remarks>
public sealed class WireContractTests
{
    private static readonly string Path = System.IO.Path.Combine(Repository.Root, "tests", "Architecture.Tests", "wire.txt");

    [Fact]
    public void Message_has_a_name_of_its_own_that_outlives_its_type()
    {
        Assert.NotEmpty(WireContract.Messages);
        Assert.DoesNotContain(WireContract.Messages, message => WireContract.AliasOf(message).Length == 0);
        Assert.Empty(WireContract.Messages.GroupBy(WireContract.AliasOf).Where(same => same.Count() > 1).Select(same => same.Key));
    }

    [Fact]
    public void Member_of_a_message_has_a_number_that_no_other_has()
    {
        foreach (var message in WireContract.Messages.Where(message => !message.IsEnum))
        {
            var members = WireContract.Members(message).ToList();
            Assert.Empty(members.Where(member => member.Id is null).Select(member => $"{message.Name}.{member.Member.Name}"));
            Assert.Empty(members.GroupBy(member => member.Id).Where(same => same.Count() > 1).Select(same => $"{message.Name} # {same.Key}"));
        }
    }

    [Fact]
    public void Grain_and_its_methods_have_names_that_outlive_them()
    {
        Assert.NotEmpty(WireContract.Grains);
        foreach (var grain in WireContract.Grains)
        {
            Assert.NotEmpty(WireContract.AliasOf(grain));
            Assert.Empty(grain.GetMethods().Where(method => method.DeclaringType == grain && WireContract.AliasOf(method).Length == 0).Select(method => $"{grain.Name}.{method.Name}"));
        }
    }

    [Fact]
    public void Contract_is_what_earlier_releases_know_and_reuses_nothing()
    {
        string[] current = [.. WireContract.Lines];
        var known = File.ReadAllLines(Path);
        var retired = known.Select(line => line.TrimStart('-', ' ')).Except(current).ToList();
        if (Environment.GetEnvironmentVariable("NGRAMMYS_WRITE") == "1")
        {
            known = [.. current, .. retired.Select(line => $"- {line}")];
            File.WriteAllLines(Path, known);
        }

        Assert.Empty(current.Select(Key).Intersect(retired.Select(Key)).Select(key => $"{key} stood for something else in an earlier release; take a fresh number or name."));
        Assert.Empty(current.Except(known).Select(line => $"{line}: new on the wire; add it with NGRAMMYS_WRITE=1."));
        Assert.Empty(retired.Where(line => !known.Contains($"- {line}")).Select(line => $"{line}: gone from the wire; mark it with NGRAMMYS_WRITE=1."));
    }

    // All that decides where a line's content goes: type and number, or grain and method.
    private static string Key(string line) => line.Split(' ') is [var type, "#" or "=", var number, ..] ? $"{type} {number}" : line.Split('(') is [var grain, var method, ..] ? $"{grain}{method}" : line;
}
