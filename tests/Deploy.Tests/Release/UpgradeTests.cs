namespace NGrammys.Deploy.Tests.Release;

/// <summary><c>upgrade.sh</c> with a release that runs and ones that do not; units are a program of the test's that starts what <c>current</c> points to.</summary>
public sealed class UpgradeTests : IDisposable
{
    // Restarting a unit is running the release's program, as systemd would; it fails when that does.
    private const string SystemCtl = """
        #!/bin/sh
        case $1 in
            list-units) printf 'ngrammys-silo@0.service loaded active running\nngrammys-web.service loaded active running\n' ;;
            restart) "$NGRAMMYS_ROOT/current/bin/ngrammys" serve >> "$NGRAMMYS_ROOT/restarts" ;;
        esac
        """;

    private readonly ScratchFolder _folder = new();
    private readonly string _root;
    private readonly string _programs;

    public UpgradeTests()
    {
        _root = Directory.CreateDirectory(Path.Combine(_folder.Path, "opt")).FullName;
        _programs = Directory.CreateDirectory(Path.Combine(_folder.Path, "programs")).FullName;
        WriteProgram(Path.Combine(_programs, "systemctl"), SystemCtl);
    }

    private string Current => new DirectoryInfo(Path.Combine(_root, "current")).LinkTarget ?? "";

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Upgrade_installs_then_replaces_and_restarts_unit_by_unit()
    {
        Assert.Equal(0, (await UpgradeAsync(await ArchiveAsync("1.0.0"))).Code);
        Assert.Equal("releases/ngrammys-1.0.0", Current);
        Assert.Equal(0, (await UpgradeAsync(await ArchiveAsync("1.1.0"))).Code);
        Assert.Equal("releases/ngrammys-1.1.0", Current);
        Assert.Equal(["1.0.0", "1.0.0", "1.1.0", "1.1.0"], await File.ReadAllLinesAsync(Path.Combine(_root, "restarts"), TestContext.Current.CancellationToken));
        Assert.True(Directory.Exists(Path.Combine(_root, "releases", "ngrammys-1.0.0")));
    }

    [Fact]
    public async Task Release_whose_units_do_not_come_up_is_taken_back()
    {
        await UpgradeAsync(await ArchiveAsync("1.0.0"));
        var result = await UpgradeAsync(await ArchiveAsync("1.1.0", serves: false));
        Assert.Equal(1, result.Code);
        Assert.Contains("does not come up", result.Errors, StringComparison.Ordinal);
        Assert.Equal("releases/ngrammys-1.0.0", Current);
        Assert.Equal("1.0.0", (await File.ReadAllLinesAsync(Path.Combine(_root, "restarts"), TestContext.Current.CancellationToken))[^1]);
    }

    [Fact]
    public async Task Release_that_does_not_run_here_changes_nothing()
    {
        await UpgradeAsync(await ArchiveAsync("1.0.0"));
        var result = await UpgradeAsync(await ArchiveAsync("1.1.0", runs: false));
        Assert.Equal(1, result.Code);
        Assert.Contains("nothing was changed", result.Errors, StringComparison.Ordinal);
        Assert.Equal("releases/ngrammys-1.0.0", Current);
    }

    [Fact]
    public async Task Damaged_archive_changes_nothing()
    {
        var archive = await ArchiveAsync("1.0.0");
        await File.AppendAllTextAsync(archive, "x", TestContext.Current.CancellationToken);
        var result = await UpgradeAsync(archive);
        Assert.Equal(1, result.Code);
        Assert.Contains("damaged", result.Errors, StringComparison.Ordinal);
        Assert.Equal("", Current);
    }

    private Task<(int Code, string Output, string Errors)> UpgradeAsync(string archive) => Shell.RunAsync(
        "bash", [DeployFolder.Path("systemd", "upgrade.sh"), archive],
        environment: new Dictionary<string, string> { ["NGRAMMYS_ROOT"] = _root, ["PATH"] = $"{_programs}:/usr/bin:/bin" });

    private async Task<string> ArchiveAsync(string version, bool runs = true, bool serves = true)
    {
        var name = $"ngrammys-{version}";
        var folder = Path.Combine(_folder.Path, "made");
        Directory.CreateDirectory(Path.Combine(folder, name, "bin"));
        WriteProgram(Path.Combine(folder, name, "bin", "ngrammys"), $$"""
            #!/bin/sh
            case $1 in
                --version) {{(runs ? "exit 0" : "exit 127")}} ;;
                serve) {{(serves ? $"echo {version}" : "exit 1")}} ;;
            esac
            """);
        Assert.Equal(0, (await Shell.RunAsync("tar", ["-czf", $"{name}.tar.gz", name], folder)).Code);
        await File.WriteAllTextAsync(Path.Combine(folder, $"{name}.tar.gz.sha256"), (await Shell.RunAsync("sha256sum", [$"{name}.tar.gz"], folder)).Output, TestContext.Current.CancellationToken);
        return Path.Combine(folder, $"{name}.tar.gz");
    }

    private static void WriteProgram(string path, string text)
    {
        File.WriteAllText(path, text + "\n");
        File.SetUnixFileMode(path, (UnixFileMode)0b111_101_101);
    }
}
