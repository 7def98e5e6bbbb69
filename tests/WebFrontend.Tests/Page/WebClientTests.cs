using System.Diagnostics;

namespace NGrammys.WebFrontend.Tests.Page;

/// <summary>The checks that the web client brings itself.</summary>
public sealed class WebClientTests
{
    [Theory]
    [InlineData("check")]
    [InlineData("test")]
    public async Task The_script_of_the_web_client_passes(string script)
    {
        using var npm = Process.Start(new ProcessStartInfo(OperatingSystem.IsWindows() ? "npm.cmd" : "npm", ["run", "--silent", script])
        {
            WorkingDirectory = ClientFolder(),
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var output = npm.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var errors = npm.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await npm.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.True(npm.ExitCode == 0, await output + await errors);
    }

    private static string ClientFolder()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "NGrammys.sln"))) folder = folder.Parent;
        return Path.Combine(folder!.FullName, "src", "WebFrontend", "client");
    }
}
