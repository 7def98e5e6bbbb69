using System.Net;
using System.Net.Sockets;

namespace NGrammys.Failover.Hosts;

/// <summary>Ports of the loopback interface that nobody listens on.</summary>
internal static class FreePort
{
    /// <summary>One of them.</summary>
    public static int Take()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
