using System.Net;
using System.Net.Sockets;

namespace NGrammys.Failover.Tests.Hosting;

/// <summary>One address for several frontends, as a load balancer is: each connection goes to the next that answers.</summary>
internal sealed class Balancer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly int[] _ports;
    private readonly Task _accepting;
    private int _next;

    public Balancer(params int[] ports)
    {
        _ports = ports;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public Uri Address => new($"http://{_listener.LocalEndpoint}");

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true) _ = ServeAsync(await _listener.AcceptSocketAsync(_stop.Token));
        }
        catch (OperationCanceledException)
        {
        }
    }

    private async Task ServeAsync(Socket client)
    {
        using var near = client;
        for (var tries = 0; tries < _ports.Length; tries++)
        {
            using var far = new Socket(SocketType.Stream, ProtocolType.Tcp);
            try
            {
                await far.ConnectAsync(IPAddress.Loopback, _ports[(int)((uint)Interlocked.Increment(ref _next) % _ports.Length)], _stop.Token);
            }
            catch (SocketException)
            {
                continue;
            }

            await Task.WhenAny(PumpAsync(near, far), PumpAsync(far, near));
            return;
        }
    }

    private async Task PumpAsync(Socket from, Socket to)
    {
        var buffer = new byte[4096];
        try
        {
            for (int read; (read = await from.ReceiveAsync(buffer, _stop.Token)) > 0;) await to.SendAsync(buffer.AsMemory(0, read), _stop.Token);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // Either end has gone; the other is closed by whoever waits for this.
        }
    }
}
