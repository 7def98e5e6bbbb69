using System.Net;
using System.Net.Sockets;

namespace NGrammys.Cli.Diagnosis;

/// <summary>Whether the page's port is free.</summary>
internal static class PortCheck
{
    /// <summary>Looks at it.</summary>
    public static Finding Look(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return new Finding("port", $"{port} is free");
        }
        catch (SocketException e)
        {
            return new Finding("port", $"{port} cannot be listened on: {e.Message}", "If that is not an NGrammys that runs already, choose another with --port.");
        }
    }
}
