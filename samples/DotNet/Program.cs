using NGrammys.Client;
using NGrammys.Client.Protocol;

if (args is not [var server, var key, var question] || !Uri.TryCreate(server, UriKind.Absolute, out var address))
{
    Console.Error.WriteLine("Usage: dotnet run -- http://127.0.0.1:5080 ngk_... \"a question\"");
    return 2;
}

try
{
    await using var chat = await ChatClient.ConnectAsync(address, key);
    var conversation = await chat.CreateConversationAsync();
    var sent = await chat.SendAsync(conversation.Id, question);

    // Lost connections are made again meanwhile, and every token comes once.
    var reply = "";
    await foreach (var frame in chat.ReadAsync(conversation.Id, sent.TurnId))
    {
        if (frame.Kind == TurnEventKind.Tokens)
        {
            var said = reply.Length;
            reply = reply[..frame.TextOffset] + frame.Text;
            Console.Write(reply[Math.Min(said, reply.Length)..]);
        }

        if (frame is { Kind: TurnEventKind.End, Statistics: { } statistics })
            Console.WriteLine($"\n[{frame.Finish}: {statistics.Tokens} tokens in {statistics.Steps} steps, {statistics.Accepted} of {statistics.Drafted} guesses right]");
    }

    return 0;
}
catch (ChatException e)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}
