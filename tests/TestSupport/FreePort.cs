using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace NGrammys.TestSupport;

/// <summary>Ports for servers that have to be told one before they listen.</summary>
public static class FreePort
{
    // Below the range from which systems give ports to outgoing connections: none of them takes it between here and the server's start.
    private const int First = 10240, Behind = 32768;

    /// <summary>A port on which nobody listens, drawn at random so that tests beside this one hardly ever draw the same.</summary>
    public static int Take()
    {
        while (true)
        {
            var port = RandomNumberGenerator.GetInt32(First, Behind);
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
