using System.Diagnostics;
using NGrammys.TestSupport;

namespace NGrammys.Conformance.Tests;

/// <summary>The official client for JavaScript; its cases are in conformance.mjs.</summary>
public sealed class JavaScriptClientTests(ScriptedServer server)
{
    [Fact]
    public async Task Every_case_holds()
    {
        var start = new ProcessStartInfo("node", [Path.Combine(Folder(), "conformance.mjs"), new Uri(server.Address, "v1").ToString(), server.Key])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var node = Process.Start(start)!;
        var (output, errors) = (node.StandardOutput.ReadToEndAsync(), node.StandardError.ReadToEndAsync());
        await node.WaitForExitAsync().For("the JavaScript client to be done");

        Assert.True(node.ExitCode == 0, await output + await errors);
    }

    // The packages stand beside the sources, where npm has put them.
    internal static string Folder()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "conformance.mjs"))) folder = folder.Parent!;
        return folder.FullName;
    }
}
