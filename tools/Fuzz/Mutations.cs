using System.Buffers.Binary;
using System.Text;
using System.Text.Json.Nodes;

namespace NGrammys.Fuzz;

/// <summary>Ways to damage an input.</summary>
internal static class Mutations
{
    private static readonly ulong[] Numbers =
        [0, 1, 2, 31, 0x7F, 0x80, 0xFF, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 0x100000000, 1UL << 40, 0x7FFFFFFFFFFFFFFF, 0x8000000000000000, ulong.MaxValue];

    private static readonly string[] Values =
    [
        "null", "true", "false", "0", "-1", "1", "2", "3", "0.5", "1e-300", "1e300", "1e999", "-0", "2147483647", "2147483648", "4294967296", "9223372036854775807",
        "99999999999999999999", "\"\"", "\"x\"", "\"\\ud800\"", "\"\\u0000\"", "[]", "{}", "[0]", "[[]]", "[1,2]", "{\"a\":1}", "\"F32\"", "\"BPE\"", "\"gelu\"",
    ];

    /// <summary>Of raw bytes: bits, numbers, pieces cut out, doubled or moved, the end cut off.</summary>
    public static byte[] Bytes(Random random, byte[] input)
    {
        if (input.Length == 0) return [(byte)random.Next(256)];
        var (at, length) = (random.Next(input.Length), random.Next(1, 1 + Math.Min(64, input.Length)));
        var piece = input.AsSpan(at, Math.Min(length, input.Length - at)).ToArray();
        var damaged = (byte[])input.Clone();
        switch (random.Next(8))
        {
            case 0:
                damaged[at] ^= (byte)(1 << random.Next(8));
                return damaged;
            case 1:
                damaged[at] = (byte)random.Next(256);
                return damaged;
            case 2 or 3:
                Span<byte> number = stackalloc byte[8];
                BinaryPrimitives.WriteUInt64LittleEndian(number, Numbers[random.Next(Numbers.Length)]);
                number[..Math.Min(random.Next(2) == 0 ? 4 : 8, damaged.Length - at)].CopyTo(damaged.AsSpan(at));
                return damaged;
            case 4:
                return [.. input[..at], .. input[(at + piece.Length)..]];
            case 5:
                var to = random.Next(input.Length);
                return [.. input[..to], .. piece, .. input[to..]];
            case 6:
                for (var i = 0; i < piece.Length; i++) damaged[at + i] = (byte)random.Next(256);
                return damaged;
            default:
                return input[..at];
        }
    }

    /// <summary>Of JSON: any value replaced, removed, or put somewhere else, deep nesting; now and then raw bytes.</summary>
    public static byte[] Json(Random random, byte[] input)
    {
        if (random.Next(5) == 0) return Bytes(random, input);
        try
        {
            var root = JsonNode.Parse(input);
            var nodes = new List<JsonNode>();
            Collect(root, nodes);
            if (nodes.Count == 0) return Bytes(random, input);
            Damage(random, nodes[random.Next(nodes.Count)], nodes);
            return Encoding.UTF8.GetBytes(root!.ToJsonString());
        }
        catch (Exception e) when (e is System.Text.Json.JsonException or InvalidOperationException or ArgumentException)
        {
            // Damaged before, beyond parsing.
            return Bytes(random, input);
        }
    }

    private static void Damage(Random random, JsonNode parent, List<JsonNode> nodes)
    {
        var value = random.Next(12) switch
        {
            0 => nodes[random.Next(nodes.Count)].DeepClone(),
            1 => JsonNode.Parse(new string('[', 60) + new string(']', 60)),
            _ => JsonNode.Parse(Values[random.Next(Values.Length)]),
        };
        if (parent is JsonObject fields)
        {
            var name = fields.ElementAt(random.Next(fields.Count)).Key;
            if (random.Next(4) == 0) fields.Remove(name);
            else fields[name] = value;
        }
        else
        {
            var items = (JsonArray)parent;
            if (random.Next(4) == 0) items.RemoveAt(random.Next(items.Count));
            else items[random.Next(items.Count)] = value;
        }
    }

    private static void Collect(JsonNode? node, List<JsonNode> nodes)
    {
        if (node is JsonObject { Count: > 0 } fields)
        {
            nodes.Add(fields);
            foreach (var (_, value) in fields) Collect(value, nodes);
        }
        else if (node is JsonArray { Count: > 0 } items)
        {
            nodes.Add(items);
            foreach (var item in items) Collect(item, nodes);
        }
    }
}
