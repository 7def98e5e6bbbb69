using System.Buffers;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using NGrammys.Grains.Interfaces.Conversations;
using Orleans.Serialization;
using Orleans.Serialization.Buffers;
using Orleans.Serialization.Codecs;
using Orleans.Serialization.Session;

namespace NGrammys.Architecture.Tests;

/// <summary>What an earlier release has written is read by this one, and what a later one will add to a message hinders nobody.</summary>
/// <remarks>
/// wire-bytes.txt has a line for each message as some release wrote it: name, numbers of its members, bytes. Lines are never changed. NGRAMMYS_WRITE=1 adds
/// those of messages that are new or have gained members.
/// </remarks>
public sealed class WireBytesTests : IDisposable
{
    private static readonly string Path = System.IO.Path.Combine(Repository.Root, "tests", "Architecture.Tests", "wire-bytes.txt");

    private readonly ServiceProvider _services = new ServiceCollection().AddSerializer().BuildServiceProvider();

    private Serializer Serializer => _services.GetRequiredService<Serializer>();

    public void Dispose() => _services.Dispose();

    [Fact]
    public void What_earlier_releases_wrote_is_read()
    {
        var messages = WireContract.Messages.ToDictionary(WireContract.AliasOf);
        var wrong = new List<string>();
        foreach (var line in File.ReadLines(Path))
        {
            var (name, ids, bytes) = Parse(line);
            // Which may have left the wire since.
            if (messages.TryGetValue(name, out var message)) wrong.AddRange(SampleMessage.Differences(message, Read(bytes), ids));
        }

        Assert.Empty(wrong);
    }

    [Fact]
    public void Every_message_is_there_as_it_is_written_now()
    {
        var known = File.Exists(Path) ? File.ReadLines(Path).Select(line => Parse(line)).Select(line => (line.Name, Key(line.Ids))).ToHashSet() : [];
        var missing = WireContract.Messages.Select(message => (Message: message, Name: WireContract.AliasOf(message), Ids: Ids(message)))
            .Where(message => !known.Contains((message.Name, Key(message.Ids)))).OrderBy(message => message.Name, StringComparer.Ordinal).ToList();
        if (Environment.GetEnvironmentVariable("NGRAMMYS_WRITE") == "1")
            File.AppendAllLines(Path, missing.Select(message => $"{message.Name} {Key(message.Ids)} {Convert.ToBase64String(Write(message.Message))}"));
        else
            Assert.Empty(missing.Select(message => $"{message.Name} has new members; add its bytes with NGRAMMYS_WRITE=1."));
    }

    [Fact]
    public void What_later_releases_add_to_a_message_is_passed_over()
    {
        var wrong = new List<string>();
        foreach (var message in WireContract.Messages.Where(message => !message.IsEnum))
            wrong.AddRange(SampleMessage.Differences(message, Read(WithMore(Write(message))), Ids(message)));
        Assert.Empty(wrong);
    }

    private byte[] Write(Type message) => Serializer.SerializeToArray<object>(SampleMessage.Of(message));

    private object Read(byte[] bytes) => Serializer.Deserialize<object>(bytes)!;

    /// <summary>The same message with members behind its last one: a text, a number, and a message that is known elsewhere.</summary>
    private byte[] WithMore(byte[] message)
    {
        var more = new ArrayBufferWriter<byte>();
        using var session = _services.GetRequiredService<SerializerSessionPool>().GetSession();
        var writer = Writer.Create(more, session);
        // All but the mark of its end.
        writer.Write(message.AsSpan(0, message.Length - 1));
        StringCodec.WriteField(ref writer, 50, "of tomorrow");
        Int32Codec.WriteField(ref writer, 1, 7);
        ObjectCodec.WriteField(ref writer, 1, typeof(object), SampleMessage.Of(typeof(TurnEnd)));
        writer.WriteEndObject();
        writer.Commit();
        return more.WrittenSpan.ToArray();
    }

    private static (string Name, IReadOnlySet<uint> Ids, byte[] Bytes) Parse(string line) => line.Split(' ') is [var name, var ids, var bytes]
        ? (name, ids == "-" ? new HashSet<uint>() : ids.Split(',').Select(id => uint.Parse(id, CultureInfo.InvariantCulture)).ToHashSet(), Convert.FromBase64String(bytes))
        : throw new FormatException($"A line of wire-bytes.txt has three parts, not: {line}");

    private static IReadOnlySet<uint> Ids(Type message) =>
        message.IsEnum ? new HashSet<uint>() : WireContract.Members(message).Select(member => member.Id!.Value).ToHashSet();

    private static string Key(IReadOnlySet<uint> ids) => ids.Count == 0 ? "-" : string.Join(',', ids.Order());
}
