using System.Globalization;
using NGrammys.Silo;
using NGrammys.TestSupport;

namespace NGrammys.Deploy.Tests.Manifests;

/// <summary>The systemd units and the files beside them.</summary>
public sealed class SystemdTests
{
    public static TheoryData<string> Services => ["ngrammys.service", "ngrammys-silo@.service", "ngrammys-web.service"];

    public static TheoryData<string> Environments => ["cluster.env", "silo.env", "silo-0.env", "serve.env"];

    [Fact]
    public async Task Units_are_right_for_systemd()
    {
        Requirement.Met(File.Exists("/usr/bin/systemd-analyze"), "systemd-analyze is not installed (Debian: apt-get install systemd).");
        string[] units = ["ngrammys.service", "ngrammys-silo@0.service", "ngrammys-web.service", "ngrammys.target"];
        using var folder = new ScratchFolder();
        foreach (var file in Directory.GetFiles(DeployFolder.Path("systemd"), "ngrammys*")) File.Copy(file, Path.Combine(folder.Path, Path.GetFileName(file)));
        File.Copy(Path.Combine(folder.Path, "ngrammys-silo@.service"), Path.Combine(folder.Path, "ngrammys-silo@0.service"));
        var result = await Shell.RunAsync("systemd-analyze", ["verify", "--man=no", .. units.Select(unit => Path.Combine(folder.Path, unit))]);
        // The programs are not installed on the machine that tests them.
        var complaints = result.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Where(line => line.Contains("ngrammys", StringComparison.Ordinal) && !line.Contains("is not executable", StringComparison.Ordinal));
        Assert.Empty(complaints);
    }

    [Theory]
    [MemberData(nameof(Services))]
    public void Unit_starts_a_program_of_the_release_with_settings_that_it_knows(string unit)
    {
        var lines = Lines(unit);
        var program = Value(lines, "ExecStart").Split(' ')[0];
        Assert.Equal("/opt/ngrammys/current/bin", Path.GetDirectoryName(program));
        Assert.Contains(Path.GetFileName(program), KnownNames.Programs);
        Assert.Equal("notify", Value(lines, "Type"));
        foreach (var variable in lines.Where(line => line.StartsWith("Environment=", StringComparison.Ordinal))) KnownNames.AssertVariable(variable.Split('=')[1]);
        Assert.True(TimeSpan.FromSeconds(int.Parse(Value(lines, "TimeoutStopSec"), CultureInfo.InvariantCulture)) > SiloProcess.LongestFarewell);
    }

    [Theory]
    [MemberData(nameof(Environments))]
    public void Environment_file_sets_what_is_known(string file)
    {
        var set = Lines(file).Select(line => line.TrimStart('#')).Where(line => line.Length > 0 && line[0] != ' ' && line.Contains('=', StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(set);
        foreach (var line in set) KnownNames.AssertVariable(line.Split('=')[0]);
    }

    private static string[] Lines(string file) => File.ReadAllLines(DeployFolder.Path("systemd", file));

    private static string Value(string[] lines, string key) => lines.Single(line => line.StartsWith($"{key}=", StringComparison.Ordinal))[(key.Length + 1)..];
}
