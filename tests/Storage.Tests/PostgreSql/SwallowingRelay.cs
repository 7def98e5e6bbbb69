using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace NGrammys.Storage.Tests.PostgreSql;

/// <summary>A way to the server that can stop to bring anything either way, and closes nothing.</summary>
internal sealed class SwallowingRelay : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _ended = new();
    private readonly NpgsqlConnectionStringBuilder _server;
    private readonly Task _accepting;
    private volatile bool _swallows;

    /// <param name="connection">Connection string to the server.</param>
    public SwallowingRelay(string connection)
    {
        _server = new NpgsqlConnectionStringBuilder(connection);
        _listener.Start();
        _accepting = AcceptAsync();
        Connection = new NpgsqlConnectionStringBuilder(connection) { Host = "127.0.0.1", Port = ((IPEndPoint)_listener.LocalEndpoint).Port };
    }

    /// <summary>Connection string through the relay.</summary>
    public NpgsqlConnectionStringBuilder Connection { get; }

    /// <summary>From now on nothing arrives.</summary>
    public void Swallow() => _swallows = true;

    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        _listener.Stop();
        await _accepting;
        _ended.Dispose();
    }

    private async Task AcceptAsync()
    {
        var connections = new List<Task>();
        try
        {
            while (true) connections.Add(RelayAsync(await _listener.AcceptSocketAsync(_ended.Token)));
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task RelayAsync(Socket client)
    {
        var local = _server.Host!.StartsWith('/');
        using var server = local ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) : new Socket(SocketType.Stream, ProtocolType.Tcp);
        using (client)
        {
            await (local ? server.ConnectAsync(new UnixDomainSocketEndPoint($"{_server.Host}/.s.PGSQL.{_server.Port}")) : server.ConnectAsync(_server.Host, _server.Port));
            await Task.WhenAny(CopyAsync(client, server), CopyAsync(server, client));
        }
    }

    private async Task CopyAsync(Socket from, Socket to)
    {
        try
        {
            var buffer = new byte[8192];
            while (await from.ReceiveAsync(buffer, _ended.Token) is > 0 and var count)
            {
                if (!_swallows) await to.SendAsync(buffer.AsMemory(0, count), _ended.Token);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException)
        {
            // Either end has gone.
        }
    }
}
