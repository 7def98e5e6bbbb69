using System.CommandLine;
using NGrammys.Client;
using NGrammys.Client.Protocol;
using NGrammys.Inference.Abstractions;

namespace NGrammys.Cli.Commands;

/// <summary><c>ngrammys chat</c>: talks to a running server over SignalR.</summary>
internal static class ChatCommand
{
    public static Command Create()
    {
        var data = new DataFolder();
        var url = new Option<string>("--url") { Description = "address of the server", DefaultValueFactory = _ => "http://127.0.0.1:5080", HelpName = "URL" };
        var key = new Option<string?>("--key") { Description = "API key (default: NGRAMMYS_KEY, else the key of this box)", HelpName = "KEY" };
        var resume = new Option<Guid?>("--conversation") { Description = "go on with a conversation", HelpName = "ID" };
        var model = new Option<string?>("--model") { Description = "which of the server's models to chat with; with --conversation: from now on (default: the first by name)", HelpName = "NAME" };
        var plain = new Option<bool>("--plain") { Description = "without speculation, for comparison; the text is the same" };
        var command = new Command("chat", "Chat in the terminal with a running server.") { url, key, resume, model, plain };
        data.AddTo(command);
        command.SetAction(arguments => ExitCodes.RunAsync(async cancellationToken =>
        {
            var secret = arguments.GetValue(key) ?? Environment.GetEnvironmentVariable("NGRAMMYS_KEY") ?? LocalKey.Read(data.Read(arguments))
                ?? throw new NGrammysException("There is no API key; start `ngrammys serve` on this box, or give one with --key.");
            if (!Uri.TryCreate(arguments.GetValue(url), UriKind.Absolute, out var server) || server.Scheme is not ("http" or "https"))
                throw new NGrammysException($"'{arguments.GetValue(url)}' is no address; write it like http://127.0.0.1:5080.");
            var settings = arguments.GetValue(plain) ? new TurnSettings { Speculation = new SpeculationSettings { Mode = "off" } } : null;
            await using var client = await ChatClient.ConnectAsync(server, secret, cancellationToken: cancellationToken);
            await new TerminalChat(client, settings).RunAsync(arguments.GetValue(resume), arguments.GetValue(model), cancellationToken);
        }));
        return command;
    }
}
