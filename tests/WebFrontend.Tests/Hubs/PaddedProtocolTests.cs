using System.Buffers;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;
using NGrammys.Client.Protocol;
using NGrammys.WebFrontend.Hubs;

namespace NGrammys.WebFrontend.Tests.Hubs;

public sealed class PaddedProtocolTests
{
    public static TheoryData<string> Protocols => ["json", "messagepack"];

    [Theory]
    [MemberData(nameof(Protocols))]
    public void Steps_of_any_few_tokens_have_one_size(string name)
    {
        var protocol = new PaddedProtocol(Inner(name));

        var sizes = Enumerable.Range(0, 16).Select(tokens => protocol.GetMessageBytes(Item(tokens)).Length).Distinct();

        Assert.Equal([PaddedProtocol.Bucket], sizes);
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public void Every_size_is_a_multiple_whatever_the_padding_needs_to_say_how_long_it_is(string name)
    {
        var protocol = new PaddedProtocol(Inner(name));
        for (var letters = 0; letters < 2 * PaddedProtocol.Bucket; letters++)
            Assert.Equal(0, protocol.GetMessageBytes(Item(tokens: 1, letters)).Length % PaddedProtocol.Bucket);
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public void What_is_written_is_read_as_it_was(string name)
    {
        var protocol = new PaddedProtocol(Inner(name));
        var output = new ArrayBufferWriter<byte>();
        protocol.WriteMessage(Item(tokens: 3), output);
        var input = new ReadOnlySequence<byte>(output.WrittenMemory);

        Assert.True(protocol.TryParseMessage(ref input, new Binder(), out var message));

        var read = Assert.IsType<TurnEvent>(Assert.IsType<StreamItemMessage>(message).Item);
        Assert.NotEmpty(read.Obfuscation);
        Assert.Equivalent(Event(3, letters: 12), read with { Obfuscation = "" });
    }

    [Fact]
    public void Other_messages_stay_as_they_are()
    {
        var inner = Inner("json");
        var message = new StreamItemMessage("1", "a text");

        Assert.Equal(inner.GetMessageBytes(message).ToArray(), new PaddedProtocol(inner).GetMessageBytes(message).ToArray());
    }

    private static IHubProtocol Inner(string name) => name == "json" ? new JsonHubProtocol() : new MessagePackHubProtocol();

    private static StreamItemMessage Item(int tokens, int letters = 12) => new("1", Event(tokens, letters));

    private static TurnEvent Event(int tokens, int letters) => new()
    {
        Kind = TurnEventKind.Tokens,
        Position = 130,
        TextOffset = 400,
        Text = new string('x', letters),
        Tokens = [.. Enumerable.Range(40_000, tokens)],
        Sources = [.. Enumerable.Repeat(1, tokens)],
        Survival = [.. Enumerable.Repeat(0.5f, tokens)],
        Steps = [.. Enumerable.Repeat(100, tokens)],
        TextEnds = [.. Enumerable.Repeat(400, tokens)],
    };

    private sealed class Binder : IInvocationBinder
    {
        public Type GetReturnType(string invocationId) => typeof(TurnEvent);

        public IReadOnlyList<Type> GetParameterTypes(string methodName) => [];

        public Type GetStreamItemType(string streamId) => typeof(TurnEvent);
    }
}
