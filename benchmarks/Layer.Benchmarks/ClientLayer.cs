using NGrammys.Client;
using NGrammys.Client.Protocol;

namespace NGrammys.Layer.Benchmarks;

/// <summary>A client of the hub, over a socket of this machine.</summary>
internal sealed class ClientLayer(ChatClient client) : ILayer
{
    public string Name => "SignalR client";

    public Task<int[]> RunAsync(Work work) => Task.WhenAll(work.Texts.Select(text => ReadAsync(text, work.Tokens)));

    private async Task<int> ReadAsync(string text, int tokens)
    {
        var conversation = await client.CreateConversationAsync("Benchmark");
        var sent = await client.SendAsync(conversation.Id, text, new TurnSettings { Temperature = 0, MaxTokens = tokens, IgnoreEos = true, Speculation = new SpeculationSettings { Mode = "off" } });
        var read = 0;
        await foreach (var frame in client.ReadAsync(conversation.Id, sent.TurnId)) read += frame.Tokens.Count;
        return read;
    }
}
