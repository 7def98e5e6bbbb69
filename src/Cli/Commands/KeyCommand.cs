using System.CommandLine;
using NGrammys.Grains.Interfaces.Quotas;
using NGrammys.Inference.Abstractions;
using NGrammys.WebFrontend.Auth;

namespace NGrammys.Cli.Commands;

/// <summary><c>ngrammys key</c>: API keys of the server that uses this data folder.</summary>
internal static class KeyCommand
{
    public static Command Create()
    {
        var data = new DataFolder();
        var name = new Argument<string>("name") { Description = "what the key is for" };
        var scopes = new Option<string[]>("--scope")
        {
            Description = $"what it opens: {string.Join(", ", KeyScopes.All)} (default: {string.Join(" and ", KeyScopes.Ordinary)}); may be repeated",
            HelpName = "SCOPE",
        };
        var requests = Limit("--requests-per-minute", "most requests to the API in a minute");
        var tokens = Limit("--tokens-per-minute", "most tokens of prompts and replies in a minute");
        var day = Limit("--tokens-per-day", "most tokens of prompts and replies in a day");
        var concurrent = Limit("--concurrent", "most requests at the same time");
        var create = new Command("create", "Make a key; it is shown once.") { name, scopes, requests, tokens, day, concurrent };
        var list = new Command("list", "List the keys.");
        var revoke = new Command("revoke", "Make a key worthless.") { name };
        var usage = KeyUsage.Create();
        foreach (var verb in (Command[])[create, list, revoke]) data.AddTo(verb);

        create.SetAction(arguments => ExitCodes.RunAsync(() =>
        {
            var limits = new QuotaLimits
            {
                RequestsPerMinute = arguments.GetValue(requests),
                TokensPerMinute = arguments.GetValue(tokens),
                TokensPerDay = arguments.GetValue(day),
                ConcurrentTurns = arguments.GetValue(concurrent),
            };
            var scope = arguments.GetValue(scopes) is { Length: > 0 } named ? named : null;
            Console.WriteLine(Keys(arguments).Create(arguments.GetValue(name)!, scope, limits == new QuotaLimits() ? null : limits));
            return Task.CompletedTask;
        }));
        list.SetAction(arguments => ExitCodes.RunAsync(() =>
        {
            foreach (var key in Keys(arguments).List()) Console.WriteLine($"{key.Created:yyyy-MM-dd}  {key.Name}");
            return Task.CompletedTask;
        }));
        revoke.SetAction(arguments => ExitCodes.RunAsync(() => Keys(arguments).Revoke(arguments.GetValue(name)!)
            ? Task.CompletedTask
            : throw new NGrammysException($"There is no key named '{arguments.GetValue(name)}'; see key list.")));
        return new Command("key", "API keys of this box.") { create, list, revoke, usage };

        static Option<int?> Limit(string name, string description)
        {
            var option = new Option<int?>(name) { Description = $"{description} (default: no limit)", HelpName = "N" };
            option.Validators.Add(result =>
            {
                if (result.Tokens.Count == 1 && (!int.TryParse(result.Tokens[0].Value, out var value) || value < 1)) result.AddError($"{name} must be 1 or more.");
            });
            return option;
        }

        KeyStore Keys(ParseResult arguments) => new KeyStore(Path.Combine(data.Read(arguments), KeyStore.FileName), TimeProvider.System);
    }
}
