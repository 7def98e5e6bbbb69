using System.CommandLine;
using System.Text.Json;
using NGrammys.WebFrontend.Limits;

namespace NGrammys.Cli.Commands;

/// <summary><c>ngrammys key usage</c>: what each key has used of the API, counted from the audit log.</summary>
internal static class KeyUsage
{
    private static readonly JsonSerializerOptions Indented = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>What one key has used; a null key stands for browsers that were signed in by a link.</summary>
    private sealed record Usage(string? Key, int Requests, int Refused, long PromptTokens, long CompletionTokens);

    public static Command Create()
    {
        var data = new DataFolder();
        var json = new Option<bool>("--json") { Description = "print JSON" };
        var command = new Command("usage", "Tell what each key has used of the API.") { json };
        data.AddTo(command);
        command.SetAction(arguments => ExitCodes.RunAsync(() =>
        {
            var usage = AuditLog.Read(data.Read(arguments)).GroupBy(entry => entry.Key).OrderBy(key => key.Key, StringComparer.Ordinal).Select(key => new Usage(
                key.Key, key.Count(), key.Count(entry => entry.Status >= 400), key.Sum(entry => (long)entry.PromptTokens), key.Sum(entry => (long)entry.CompletionTokens)));
            if (arguments.GetValue(json)) Console.WriteLine(JsonSerializer.Serialize(usage, Indented));
            else foreach (var key in usage) Console.WriteLine($"{key.Key ?? "(signed in by link)"}: {key.Requests} requests, {key.Refused} refused, {key.PromptTokens} + {key.CompletionTokens} tokens");
            return Task.CompletedTask;
        }));
        return command;
    }
}
