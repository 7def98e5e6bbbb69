using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace NGrammys.ServiceDefaults.Clustering;

/// <summary>Ports for hosts that have to be told one before they listen.</summary>
public static class FreePort
{
    // Below the range from which systems give ports to outgoing connections: none of them takes it between here and the host's start.
    private const int First = 10240, Behind = 32768;

    /// <summary>A port on which nobody listens, drawn at random so that hosts beside this one hardly ever draw the same.</summary>
    /// <param name="address">The address that is to be listened on.</param>
    public static int Take(IPAddress address)
    {
        while (true)
        {
            var port = RandomNumberGenerator.GetInt32(First, Behind);
            using var listener = new TcpListener(address, port);
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
