using System.Text.RegularExpressions;
using NGrammys.Client.Protocol;

namespace NGrammys.Client;

/// <summary>The server refused a request or cannot be reached; the message is one line for the person.</summary>
public sealed partial class ChatException : Exception
{
    /// <summary>Creates the error.</summary>
    /// <param name="code">What kind of error it is: one of <see cref="RefusalCode"/>.</param>
    /// <param name="message">One line: what happened, what to do.</param>
    /// <param name="innerException">What lies behind it.</param>
    public ChatException(string code, string message, Exception? innerException = null) : base(message, innerException) => Code = code;

    /// <summary>What kind of error it is: one of <see cref="RefusalCode"/>, or a newer code that this client does not know.</summary>
    public string Code { get; }

    /// <summary>Reads the message of a hub error, <c>code: one line</c>, behind whatever SignalR has put in front of it.</summary>
    internal static ChatException FromHub(Exception error) =>
        HubError().Match(error.Message) is { Success: true } match
            ? new ChatException(match.Groups["code"].Value, match.Groups["line"].Value, error)
            : new ChatException(RefusalCode.Internal, error.Message, error);

    [GeneratedRegex(@"HubException: (?<code>[a-z_]+): (?<line>.+)$", RegexOptions.Singleline)]
    private static partial Regex HubError();
}
