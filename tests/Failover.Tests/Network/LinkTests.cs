using System.Net;
using System.Net.Sockets;
using NGrammys.Failover.Network;
using NGrammys.TestSupport;

namespace NGrammys.Failover.Tests.Network;

/// <summary>What stands between the processes of a rehearsal must itself lose nothing but what it is told to swallow.</summary>
public sealed class LinkTests : IDisposable
{
    private readonly TcpListener _server = new(IPAddress.Loopback, 0);

    public LinkTests() => _server.Start();

    public void Dispose() => _server.Dispose();

    [Fact]
    public async Task Link_passes_on_what_is_said_both_ways()
    {
        await using var link = new Link(new IPEndPoint(IPAddress.Loopback, 0), [_server.LocalEndpoint]);
        using var near = await ConnectAsync(link);
        using var far = await _server.AcceptSocketAsync(TestContext.Current.CancellationToken);

        Send(near, 1, 2, 3);
        Assert.Equal([1, 2, 3], await ReceiveAsync(far, 3));
        Send(far, 4);
        Assert.Equal([4], await ReceiveAsync(near, 1));
        Assert.Equal(_server.LocalEndpoint, link.Serving);
    }

    [Fact]
    public async Task Link_swallows_what_it_is_told_to_and_closes_nothing()
    {
        await using var link = new Link(new IPEndPoint(IPAddress.Loopback, 0), [_server.LocalEndpoint]);
        using var near = await ConnectAsync(link);
        using var far = await _server.AcceptSocketAsync(TestContext.Current.CancellationToken);
        var swallowed = new TaskCompletionSource<Passage>(TaskCreationOptions.RunContinuationsAsynchronously);

        link.Swallow(passage =>
        {
            swallowed.TrySetResult(passage);
            return true;
        });
        Send(near, 1);
        Assert.Equal(new Passage(near.LocalEndPoint, _server.LocalEndpoint), await swallowed.Task.For("the link to swallow"));
        link.Heal();
        Send(near, 2);

        Assert.Equal([2], await ReceiveAsync(far, 1));
    }

    [Fact]
    public async Task Link_goes_to_the_next_server_where_one_does_not_answer_or_is_swallowed()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var gone = other.LocalEndpoint;
        other.Stop();
        await using var link = new Link(new IPEndPoint(IPAddress.Loopback, 0), [gone, _server.LocalEndpoint]);

        using var near = await ConnectAsync(link);
        using var far = await _server.AcceptSocketAsync(TestContext.Current.CancellationToken);

        Send(near, 5);
        Assert.Equal([5], await ReceiveAsync(far, 1));
    }

    private static async Task<Socket> ConnectAsync(Link link)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(link.Address, TestContext.Current.CancellationToken);
        return socket;
    }

    private static void Send(Socket socket, params byte[] bytes) => Assert.Equal(bytes.Length, socket.Send(bytes));

    private static async Task<byte[]> ReceiveAsync(Socket socket, int count)
    {
        var bytes = new byte[count];
        for (var read = 0; read < count;) read += await socket.ReceiveAsync(bytes.AsMemory(read), TestContext.Current.CancellationToken).AsTask().For("what was sent");
        return bytes;
    }
}
