using System.Text;

namespace NGrammys.Inference.Tokenization;

/// <summary>The printable characters that stand for the 256 bytes in byte-level vocabularies (GPT-2's bytes_to_unicode).</summary>
internal static class ByteAlphabet
{
    private static readonly Dictionary<char, byte> ToByte = Build();
    private static readonly char[] ToCharacter = [.. ToByte.OrderBy(entry => entry.Value).Select(entry => entry.Key)];

    /// <summary>The vocabulary entry that stands for bytes.</summary>
    public static string Encode(ReadOnlySpan<byte> bytes) => string.Create(bytes.Length, bytes, static (characters, from) =>
    {
        for (var i = 0; i < from.Length; i++) characters[i] = ToCharacter[from[i]];
    });

    /// <summary>The bytes that a vocabulary entry stands for. An entry with a character outside the alphabet stands for its own UTF-8.</summary>
    public static byte[] Decode(string token)
    {
        var bytes = new byte[token.Length];
        for (var i = 0; i < token.Length; i++)
        {
            if (!ToByte.TryGetValue(token[i], out bytes[i])) return Encoding.UTF8.GetBytes(token);
        }

        return bytes;
    }

    private static Dictionary<char, byte> Build()
    {
        var alphabet = new Dictionary<char, byte>(256);
        var shifted = 256;
        for (var value = 0; value < 256; value++)
        {
            var printable = value is (>= '!' and <= '~') or (>= 0xA1 and <= 0xAC) or (>= 0xAE and <= 0xFF);
            alphabet.Add((char)(printable ? value : shifted++), (byte)value);
        }

        return alphabet;
    }
}
