using System.Net;
using System.Net.Sockets;

namespace NGrammys.Failover.Network;

/// <summary>
/// A relay in front of one or several servers, over TCP or a socket in the file system. Each connection goes to the next server that answers, as a
/// load balancer does it; and it can swallow what is sent either way, without closing anything, as a pulled cable does.
/// </summary>
/// <remarks>Thread-safe. Where there is more than one server, new connections go past those that are swallowed, as health checks would see to it.</remarks>
internal sealed class Link : IAsyncDisposable
{
    private readonly Socket _listener;
    private readonly CancellationTokenSource _stop = new();
    private readonly EndPoint[] _servers;
    private readonly Task _accepting;
    private volatile Predicate<Passage> _swallows = static _ => false;
    private int _next;

    /// <summary>Begins to listen.</summary>
    /// <param name="listen">Where; port 0 = a free one.</param>
    /// <param name="servers">Whom it stands in front of.</param>
    /// <param name="first">Which of them is the first to get a connection.</param>
    public Link(EndPoint listen, EndPoint[] servers, int first = 0)
    {
        (_servers, _next) = (servers, first);
        _listener = New(listen);
        _listener.Bind(listen);
        _listener.Listen();
        _accepting = AcceptAsync();
    }

    /// <summary>Where it listens.</summary>
    public EndPoint Address => _listener.LocalEndPoint!;

    /// <summary>Server of the latest connection.</summary>
    public EndPoint? Serving { get; private set; }

    /// <summary>Swallows, from now on, what passes over the connections that are chosen: asked for each connection and each piece of data.</summary>
    public void Swallow(Predicate<Passage> connections) => _swallows = connections;

    /// <summary>Swallows nothing any more.</summary>
    public void Heal() => _swallows = static _ => false;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _accepting;
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true) _ = ServeAsync(await _listener.AcceptAsync(_stop.Token));
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException or SocketException)
        {
            // The end.
        }
    }

    private async Task ServeAsync(Socket client)
    {
        using var near = client;
        for (var tries = 0; tries < _servers.Length; tries++)
        {
            var server = _servers[(int)((uint)(Interlocked.Increment(ref _next) - 1) % _servers.Length)];
            var passage = new Passage(near.RemoteEndPoint, server);
            if (_servers.Length > 1 && _swallows(passage)) continue;
            using var far = New(server);
            try
            {
                await far.ConnectAsync(server, _stop.Token);
            }
            catch (Exception e) when (e is SocketException or OperationCanceledException)
            {
                continue;
            }

            Serving = server;
            await Task.WhenAny(PumpAsync(near, far, passage), PumpAsync(far, near, passage));
            return;
        }
    }

    private async Task PumpAsync(Socket from, Socket to, Passage passage)
    {
        var buffer = new byte[4096];
        try
        {
            for (int read; (read = await from.ReceiveAsync(buffer, _stop.Token)) > 0;)
            {
                if (!_swallows(passage)) await to.SendAsync(buffer.AsMemory(0, read), _stop.Token);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // Either end has gone; the other is closed by whoever waits for this.
        }
    }

    private static Socket New(EndPoint point) => point is UnixDomainSocketEndPoint
        ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)
        : new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
}

/// <summary>A connection through a link.</summary>
/// <param name="Client">Who has made it.</param>
/// <param name="Server">To whom it leads.</param>
internal readonly record struct Passage(EndPoint? Client, EndPoint Server);
