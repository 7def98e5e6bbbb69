using System.CommandLine;
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
        var create = new Command("create", "Make a key; it is shown once.") { name };
        var list = new Command("list", "List the keys.");
        var revoke = new Command("revoke", "Make a key worthless.") { name };
        foreach (var verb in (Command[])[create, list, revoke]) data.AddTo(verb);

        create.SetAction(arguments => ExitCodes.RunAsync(() =>
        {
            Console.WriteLine(Keys(arguments).Create(arguments.GetValue(name)!));
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
        return new Command("key", "API keys of this box.") { create, list, revoke };

        KeyStore Keys(ParseResult arguments) => new KeyStore(Path.Combine(data.Read(arguments), KeyStore.FileName), TimeProvider.System);
    }
}
