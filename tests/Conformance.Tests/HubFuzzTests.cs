using System.Globalization;
using System.Net.WebSockets;
using System.Reflection;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.SignalR;
using NGrammys.Client.Protocol;
using NGrammys.TestSupport;
using NGrammys.WebFrontend;

namespace NGrammys.Conformance.Tests;

/// <summary>Calls that no client would make, to every method of the chat hub: none of them is the server's mistake, and the connection stays.</summary>
/// <remarks>NGRAMMYS_FUZZ_REQUESTS sets their number, NGRAMMYS_FUZZ_SEED the seed.</remarks>
public sealed class HubFuzzTests(ScriptedServer server)
{
    private static readonly MethodInfo[] Methods =
    [
        .. typeof(WebFrontendHosting).Assembly.GetTypes().Single(type => type.IsSubclassOf(typeof(Hub)))
            .GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly).Where(method => !method.IsVirtual || method.IsFinal),
    ];

    private static readonly string[] Values =
    [
        "null", "true", "0", "-1", "2147483648", "1e400", "1.5", "\"\"", "\"hello\"", "\"\\u0000\"", "[]", "{}", "[null]", "\"00000000-0000-0000-0000-000000000000\"",
        "\"c0ffee00-0000-4000-8000-000000000001\"", "{\"temperature\":-3}", "{\"responseFormat\":{\"type\":\"regex\",\"text\":\"(\"}}", "{\"stop\":[null]}", "{\"maxTokens\":0}",
    ];

    [Fact]
    public async Task Nothing_that_is_called_is_the_servers_mistake()
    {
        var seed = Setting("NGRAMMYS_FUZZ_SEED") ?? Environment.TickCount;
        var random = new Random(seed);
        using var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Authorization", $"Bearer {server.Key}");
        await socket.ConnectAsync(new UriBuilder(server.Address) { Scheme = "ws", Path = "/hubs/chat" }.Uri, default).For("a WebSocket");
        await SendAsync(socket, """{"protocol":"json","version":1}""");
        using var reader = new Frames(socket);
        Assert.Equal("{}", await reader.NextAsync());
        Assert.NotEmpty(Methods);
        var mistakes = new List<string>();
        for (var i = 0; i < (Setting("NGRAMMYS_FUZZ_REQUESTS") ?? 300); i++)
        {
            var call = Call(random, i);
            await SendAsync(socket, call);
            var completion = await CompletionAsync(reader, i).For($"the answer to {call}, seed {seed}");
            var error = completion.TryGetProperty("error", out var text) ? text.GetString()! : "";
            if (error.Contains($"{RefusalCode.Internal}:", StringComparison.Ordinal)) mistakes.Add($"call {i}: {call}: {error}");
        }

        Assert.True(mistakes.Count == 0, $"seed {seed}: {string.Join('\n', mistakes.Take(20))}");
    }

    private static string Call(Random random, int id)
    {
        var method = Methods[random.Next(Methods.Length)];
        var streams = method.ReturnType.Name.StartsWith("IAsyncEnumerable", StringComparison.Ordinal);
        var arguments = method.GetParameters().Where(parameter => parameter.ParameterType != typeof(CancellationToken)).Select(parameter => Argument(random, parameter.ParameterType));
        return $$"""{"type":{{(streams ? 4 : 1)}},"invocationId":"{{id}}","target":"{{method.Name}}","arguments":[{{string.Join(',', arguments)}}]}""";
    }

    // What is nearly right goes deeper than what is all wrong.
    private static string Argument(Random random, Type type)
    {
        if (type.Namespace?.StartsWith("NGrammys", StringComparison.Ordinal) != true || random.Next(5) == 0) return Values[random.Next(Values.Length)];
        var members = type.GetProperties().Where(_ => random.Next(4) != 0)
            .Select(property => $"\"{JsonNamingPolicy.CamelCase.ConvertName(property.Name)}\":{(property.PropertyType == typeof(Guid) && random.Next(3) > 0 ? $"\"{Guid.NewGuid()}\"" : Values[random.Next(Values.Length)])}");
        return $"{{{string.Join(',', members)}}}";
    }

    private static async Task<JsonElement> CompletionAsync(Frames reader, int id)
    {
        while (true)
        {
            var frame = JsonSerializer.Deserialize<JsonElement>(await reader.NextAsync());
            if (frame.GetProperty("type").GetInt32() == 7) Assert.Fail($"the server has closed the connection: {frame}");
            if (frame.GetProperty("type").GetInt32() == 3 && frame.GetProperty("invocationId").GetString() == $"{id}") return frame;
        }
    }

    private static Task SendAsync(ClientWebSocket socket, string frame) => socket.SendAsync(Encoding.UTF8.GetBytes(frame + "\u001e"), WebSocketMessageType.Text, true, default);

    private static int? Setting(string name) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : null;

    /// <summary>What a WebSocket says, cut at SignalR's record separators.</summary>
    private sealed class Frames(ClientWebSocket socket) : IDisposable
    {
        private readonly Queue<string> _ready = new();
        private readonly MemoryStream _rest = new();
        private readonly byte[] _buffer = new byte[16 * 1024];

        public async Task<string> NextAsync()
        {
            while (_ready.Count == 0)
            {
                var received = await socket.ReceiveAsync(_buffer.AsMemory(), default);
                Assert.NotEqual(WebSocketMessageType.Close, received.MessageType);
                foreach (var value in _buffer.AsSpan(0, received.Count))
                {
                    if (value != 0x1e)
                    {
                        _rest.WriteByte(value);
                        continue;
                    }

                    _ready.Enqueue(Encoding.UTF8.GetString(_rest.ToArray()));
                    _rest.SetLength(0);
                }
            }

            return _ready.Dequeue();
        }

        public void Dispose() => _rest.Dispose();
    }
}
