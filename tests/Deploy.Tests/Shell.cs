using System.Diagnostics;
using NGrammys.TestSupport;

namespace NGrammys.Deploy.Tests;

/// <summary>Programs that run to their end.</summary>
internal static class Shell
{
    public static async Task<(int Code, string Output, string Errors)> RunAsync(
        string program, string[] arguments, string? folder = null, IReadOnlyDictionary<string, string>? environment = null, TimeSpan? patience = null)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true, WorkingDirectory = folder ?? "" };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>()) start.Environment[name] = value;
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        try
        {
            await process.WaitForExitAsync().For($"{program} {string.Join(' ', arguments)} to end", patience);
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }

        return (process.ExitCode, await output, await errors);
    }
}
