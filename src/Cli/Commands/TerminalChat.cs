using System.Globalization;
using NGrammys.Client;
using NGrammys.Client.Protocol;

namespace NGrammys.Cli.Commands;

/// <summary>A conversation in a terminal: lines in, streamed replies out, a line of statistics below each.</summary>
internal sealed class TerminalChat(ChatClient client, TurnSettings? settings)
{
    /// <summary>Talks until the input ends. Cancelling stops a running reply's display, never the reply: it is there when one comes back.</summary>
    /// <param name="conversation">The one to go on with; null = a new one.</param>
    /// <param name="model">Name of the model that answers from now on; null = that of the conversation, or the first.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="ChatException">The conversation is not there, or the model is not served.</exception>
    public async Task RunAsync(Guid? conversation, string? model, CancellationToken cancellationToken)
    {
        var id = conversation ?? (await client.CreateConversationAsync(new CreateConversationRequest { OperationId = Guid.NewGuid(), Model = model }, cancellationToken)).Id;
        if (conversation is not null && model is not null) await client.UseModelAsync(id, model, cancellationToken);
        var resumed = conversation is null ? null : await client.GetConversationAsync(id, cancellationToken);
        await GreetAsync(model ?? resumed?.Model, cancellationToken);
        try
        {
            if (resumed is not null) await ShowHistoryAsync(resumed, cancellationToken);
            while (true)
            {
                Console.Write("\n> ");
                // A terminal's read cannot be cancelled, only left behind.
                var line = await Task.Run(Console.ReadLine, CancellationToken.None).WaitAsync(cancellationToken);
                if (string.IsNullOrWhiteSpace(line)) break;
                try
                {
                    var sent = await client.SendAsync(id, line, settings, cancellationToken);
                    await ShowReplyAsync(id, sent.TurnId, cancellationToken);
                }
                catch (ChatException e) when (!Console.IsInputRedirected)
                {
                    // A person can write something else; a script must not go on as if nothing had happened.
                    Console.WriteLine($"[{e.Message}]");
                }
            }
        }
        finally
        {
            Console.WriteLine($"\nGo on with: ngrammys chat --conversation {id}");
        }
    }

    private async Task GreetAsync(string? model, CancellationToken cancellationToken)
    {
        var server = await client.GetServerAsync(cancellationToken);
        var name = model ?? server.Model;
        var device = server.Models.FirstOrDefault(served => served.Name == name)?.Device ?? (name == server.Model ? server.Device : null);
        Console.WriteLine($"{name} {(device is null ? "is not served now" : $"on {device}")}. An empty line or Ctrl-D ends the chat.");
    }

    private async Task ShowHistoryAsync(Conversation conversation, CancellationToken cancellationToken)
    {
        foreach (var message in conversation.Messages.Where(message => message.TurnId != conversation.RunningTurnId || message.TurnId is null))
            Console.WriteLine(message.Role == "user" ? $"\n> {message.Text}" : message.Text);
        if (conversation.RunningTurnId is { } running) await ShowReplyAsync(conversation.Id, running, cancellationToken);
    }

    private async Task ShowReplyAsync(Guid id, Guid turn, CancellationToken cancellationToken)
    {
        string? waits = null;
        await foreach (var piece in client.ReadAsync(id, turn, 0, cancellationToken))
        {
            if (piece.WaitsFor == WaitReason.Storage && waits is null)
                await Console.Error.WriteLineAsync("\n[The server's storage is not reachable; the reply waits and nothing is lost.]");
            else if (piece.WaitsFor == WaitReason.Model && waits is null)
                await Console.Error.WriteLineAsync("\n[Nobody serves the conversation's model now; the reply waits and nothing is lost.]");
            else if (piece.WaitsFor == WaitReason.Queue && waits is null)
                await Console.Error.WriteLineAsync($"\n[The server is busy; {piece.Ahead} replies are written before this one.]");
            waits = piece.WaitsFor;
            Console.Write(piece.Text);
            if (piece.Kind != TurnEventKind.End) continue;
            Console.WriteLine();
            if (piece.Error is { } error) Console.WriteLine($"[{error}]");
            if (piece.Statistics is { } statistics) Console.WriteLine(Describe(statistics));
        }
    }

    private static string Describe(TurnStatistics s) => string.Create(CultureInfo.InvariantCulture,
        $"[{s.Tokens} tokens in {s.Steps} steps, {(s.Seconds > 0 ? s.Tokens / s.Seconds : 0):0} tokens/s, {s.Accepted} of {s.Drafted} drafts accepted, first token after {s.TimeToFirstToken:0.00} s]");
}
