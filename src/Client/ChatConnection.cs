using System.Net;
using System.Net.WebSockets;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;
using NGrammys.Client.Protocol;

namespace NGrammys.Client;

/// <summary>The connection to the hub, opened when it is needed and opened again when it was lost.</summary>
internal sealed class ChatConnection : IAsyncDisposable
{
    // The server pings every two seconds.
    private static readonly TimeSpan ServerSilence = TimeSpan.FromSeconds(8);

    // Who does not answer the door by then will not: the network is gone, and asked anew a balancer may name another server.
    private static readonly TimeSpan LongestOpening = TimeSpan.FromSeconds(10);

    // Whoever was silent too long need not confirm that it is left.
    private static readonly TimeSpan LongestFarewell = TimeSpan.FromSeconds(1);

    private const int FirstPauseMilliseconds = 100;
    private const int LongestPauseDoublings = 5;

    private readonly Uri _server;
    private readonly HubConnection _hub;
    private readonly SemaphoreSlim _opening = new(1);
    private readonly TimeSpan _patience;
    private readonly TimeProvider _time;
    private TaskCompletionSource _lost = NewLost();

    public ChatConnection(Uri server, string key, TimeSpan patience, TimeProvider time)
    {
        _server = server;
        _patience = patience;
        _time = time;
        _hub = new HubConnectionBuilder()
            .WithUrl(new Uri(server, "hubs/chat"), options =>
            {
                // Behind a load balancer the frontend that a negotiation talks to need not be the one that the connection is then made to.
                options.Transports = HttpTransportType.WebSockets;
                options.SkipNegotiation = true;
                options.WebSocketFactory = (context, cancellationToken) => ConnectAsync(context.Uri, key, cancellationToken);
                options.CloseTimeout = LongestFarewell;
            })
            .WithServerTimeout(ServerSilence)
            .AddMessagePackProtocol()
            .Build();
        _hub.Closed += _ =>
        {
            Volatile.Read(ref _lost).TrySetResult();
            return Task.CompletedTask;
        };
    }

    /// <summary>Completes when the connection that was last opened is lost or closed.</summary>
    public Task Lost => Volatile.Read(ref _lost).Task;

    /// <summary>Handles what the server says unasked, on every connection.</summary>
    public IDisposable On<T>(string method, Action<T> handle) => _hub.On(method, handle);

    /// <summary>Whether trying again cannot help.</summary>
    public static bool Refuses(Exception error) => error is ChatException { Code: not RefusalCode.Unavailable };

    /// <summary>The open connection; opens it if it is not.</summary>
    /// <exception cref="ChatException">The server cannot be reached, or it refuses the key.</exception>
    public async Task<HubConnection> OpenAsync(CancellationToken cancellationToken)
    {
        await _opening.WaitAsync(cancellationToken);
        try
        {
            if (_hub.State == HubConnectionState.Disconnected)
            {
                Volatile.Write(ref _lost, NewLost());
                using var limit = new CancellationTokenSource(LongestOpening, _time);
                using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
                await _hub.StartAsync(either.Token);
            }

            return _hub;
        }
        catch (HttpRequestException e) when (e.StatusCode == HttpStatusCode.Unauthorized)
        {
            throw new ChatException(RefusalCode.Unauthorized, $"{_server} refuses the API key: it is wrong or was revoked.", e);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ChatException(RefusalCode.Unavailable, $"{_server} cannot be reached: {e.Message}", e);
        }
        finally
        {
            _opening.Release();
        }
    }

    /// <summary>
    /// Calls a hub method. Where the connection is lost before the answer came the call is repeated: every method of the hub may be,
    /// requests that create something carry an operation id.
    /// </summary>
    public async Task<T> InvokeAsync<T>(string method, CancellationToken cancellationToken, params object?[] arguments)
    {
        var started = _time.GetTimestamp();
        for (var failures = 0; ; failures++)
        {
            try
            {
                var hub = await OpenAsync(cancellationToken);
                return await hub.InvokeCoreAsync<T>(method, arguments, cancellationToken);
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested && !Refuses(e))
            {
                // The hub's own refusals come as text; that a conversation is on its way to another silo is one that passes.
                var failure = e is HubException refusal ? ChatException.FromHub(refusal) : e as ChatException;
                if (failure is not null && Refuses(failure)) throw failure;
                if (_time.GetElapsedTime(started) >= _patience)
                    throw failure ?? new ChatException(RefusalCode.Unavailable, $"{_server} cannot be reached: {e.Message}", e);
                await Task.Delay(Pause(failures), _time, cancellationToken);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _hub.DisposeAsync();
        _opening.Dispose();
    }

    private static async ValueTask<WebSocket> ConnectAsync(Uri hub, string key, CancellationToken cancellationToken)
    {
        var socket = new ClientWebSocket();
        socket.Options.CollectHttpResponseDetails = true;
        socket.Options.SetRequestHeader("Authorization", $"Bearer {key}");
        try
        {
            await socket.ConnectAsync(hub, cancellationToken);
            return socket;
        }
        catch (WebSocketException e)
        {
            var status = socket.HttpStatusCode;
            socket.Dispose();
            // Which says more than that the handshake has failed.
            throw status == 0 ? e : new HttpRequestException(e.Message, e, status);
        }
    }

    /// <summary>Doubles with each failure; the random part keeps the clients of a server that returns from coming all at once.</summary>
    private static TimeSpan Pause(int failures)
    {
        var longest = FirstPauseMilliseconds << Math.Min(failures, LongestPauseDoublings);
        return TimeSpan.FromMilliseconds(RandomNumberGenerator.GetInt32(longest / 2, longest + 1));
    }

    private static TaskCompletionSource NewLost() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
