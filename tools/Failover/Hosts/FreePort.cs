using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace NGrammys.Failover.Hosts;

/// <summary>Ports of the loopback interface that nobody listens on.</summary>
internal static class FreePort
{
    /// <summary>One of them.</summary>
    public static int Take()
    {
        while (true)
        {
            // Below the range from which systems give ports to outgoing connections: none of them takes it before it is listened on.
            var port = RandomNumberGenerator.GetInt32(10240, 32768);
            using var listener = new TcpListener(IPAddress.Loopback, port);
            try
            {
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // Somebody listens there.
            }
        }
    }
}
