using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;
using NGrammys.Client.Protocol;

namespace NGrammys.WebFrontend.Hubs;

/// <summary>A protocol of the hub whose events of a reply all have one size, or a few: how many tokens a step has brought must not be read off its packet.</summary>
/// <remarks>What a draft brings depends on what is said, so that sizes tell prompts apart (Wei et al., Privacy Risks of Speculative Decoding in LLMs).</remarks>
internal sealed class PaddedProtocol(IHubProtocol inner) : IHubProtocol
{
    /// <summary>Bytes of the smallest size; others are multiples. Some thirty tokens fit, far more than a step brings.</summary>
    public const int Bucket = 1024;

    public string Name => inner.Name;

    public int Version => inner.Version;

    public TransferFormat TransferFormat => inner.TransferFormat;

    public bool IsVersionSupported(int version) => inner.IsVersionSupported(version);

    public bool TryParseMessage(ref ReadOnlySequence<byte> input, IInvocationBinder binder, [NotNullWhen(true)] out HubMessage? message) =>
        inner.TryParseMessage(ref input, binder, out message);

    public void WriteMessage(HubMessage message, IBufferWriter<byte> output)
    {
        if (message is StreamItemMessage { Item: TurnEvent }) output.Write(GetMessageBytes(message).Span);
        else inner.WriteMessage(message, output);
    }

    public ReadOnlyMemory<byte> GetMessageBytes(HubMessage message)
    {
        var bytes = inner.GetMessageBytes(message);
        if (message is not StreamItemMessage { Item: TurnEvent turnEvent } item) return bytes;
        var length = bytes.Length;
        var full = length + Bucket - length % Bucket;
        while (true)
        {
            var padding = full - length;
            bytes = Padded(item, turnEvent, padding);
            // The padding's own length is written, too, and takes a byte or two more where it is long.
            if (bytes.Length > full) bytes = Padded(item, turnEvent, padding - (bytes.Length - full));
            if (bytes.Length == full) return bytes;
            full += Bucket;
        }
    }

    private ReadOnlyMemory<byte> Padded(StreamItemMessage item, TurnEvent turnEvent, int padding) =>
        inner.GetMessageBytes(new StreamItemMessage(item.InvocationId!, turnEvent with { Obfuscation = new string('.', padding) }) { Headers = item.Headers });
}
