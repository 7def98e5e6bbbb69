using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using NGrammys.Deploy.Tests.Release;
using NGrammys.ServiceDefaults.Clustering;

namespace NGrammys.Deploy.Tests.Walks;

/// <summary>The commands of a page of the documentation, typed one after the other by an ordinary user in an empty folder that holds the release archive.</summary>
/// <remarks>They are taken from the page itself: what is read and what is tested cannot part. Only the archive's name and ports are the test's own.</remarks>
internal static partial class Walk
{
    /// <summary>What a page calls the archive.</summary>
    private const string Archive = "ngrammys-0.1.0-linux-x64-cpu";

    // Jobs are groups of processes, as they are for a person at a terminal. What is still running goes with the shell; a walk that fails tells what the logs say.
    private const string Prelude = """
        set -euo pipefail -m
        leave() {
            [ $1 = 0 ] || tail -n 20 *.log || true
            for job in $(jobs -p); do kill -KILL -- -$job || true; done
        }
        trap 'leave $?' EXIT

        """;

    // Commands wait up to two minutes for a server; a machine may be busy.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(15);

    /// <summary>Walks a page from its first command to its last; fails at the one that does.</summary>
    /// <param name="page">File name in docs/operations.</param>
    /// <param name="archive">The archive.</param>
    /// <param name="folder">The empty folder; it is the person's home, too.</param>
    /// <param name="ports">Ports that the page names, each of which is exchanged for a free one.</param>
    /// <returns>What the commands have printed, and the ports that were taken, in their order.</returns>
    public static async Task<(string Output, int[] Ports)> RunAsync(string page, ReleaseArchive archive, ScratchFolder folder, params int[] ports)
    {
        var file = await archive;
        foreach (var part in (string[])[file, $"{file}.sha256"]) File.CreateSymbolicLink(Path.Combine(folder.Path, Path.GetFileName(part)), part);
        var script = Commands(page);
        Assert.Contains(Archive, script, StringComparison.Ordinal);
        script = script.Replace(Archive, Path.GetFileName(file).Replace(".tar.gz", "", StringComparison.Ordinal), StringComparison.Ordinal);
        var taken = Array.ConvertAll(ports, _ => FreePort.Take(IPAddress.Loopback));
        Assert.All(ports, port => Assert.Matches($@"\b{port}\b", script));
        script = Regex.Replace(script, $@"\b({string.Join('|', ports)})\b", named => $"{taken[Array.IndexOf(ports, int.Parse(named.Value, CultureInfo.InvariantCulture))]}");

        string[] command = [.. OneBox.AsOrdinaryUser(folder.Path), "bash", "-x", "-c", Prelude + script];
        var walked = await Shell.RunAsync(command[0], command[1..], folder.Path, patience: Patience);
        Assert.True(walked.Code == 0, $"A command of docs/operations/{page} failed:\n{walked.Errors}\n{walked.Output}");
        return (walked.Output, taken);
    }

    /// <summary>The blocks of a page that are marked as commands of a walk.</summary>
    private static string Commands(string page)
    {
        var blocks = Block().Matches(File.ReadAllText(Path.Combine(DeployFolder.Repository, "docs", "operations", page)));
        Assert.NotEmpty(blocks);
        return string.Concat(blocks.Select(block => block.Groups[1].Value));
    }

    [GeneratedRegex(@"^```bash\n(.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();
}
