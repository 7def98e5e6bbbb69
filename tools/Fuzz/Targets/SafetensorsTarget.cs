using System.Buffers.Binary;
using NGrammys.Inference.Models;

namespace NGrammys.Fuzz.Targets;

/// <summary>Safetensors files: raw damage, and headers whose JSON is damaged while its length still fits.</summary>
internal static class SafetensorsTarget
{
    public static FuzzTarget Create(string folder)
    {
        var path = Path.Combine(folder, "fuzzed.safetensors");
        SafetensorsWriter.Write(path,
        [
            new("model.embed_tokens.weight", DataType.Float32, [4, 3], new byte[48]),
            new("b", DataType.BFloat16, [5], new byte[10]),
            new("c", DataType.Float16, [2, 0, 3], Array.Empty<byte>()),
        ]);
        return new FuzzTarget("safetensors", 0.35, [File.ReadAllBytes(path)], Mutate, input =>
        {
            File.WriteAllBytes(path, input);
            using var file = SafetensorsFile.Open(path);
            foreach (var tensor in file.Tensors.Values) tensor.Read(0, new float[tensor.Length / tensor.Type.Size()]);
        });
    }

    private static byte[] Mutate(Random random, byte[] input)
    {
        if (input.Length < 8 || random.Next(3) == 0) return Mutations.Bytes(random, input);
        var length = BinaryPrimitives.ReadUInt64LittleEndian(input);
        if (length > (ulong)input.Length - 8) return Mutations.Bytes(random, input);
        var header = Mutations.Json(random, input[8..(8 + (int)length)]);
        var prefix = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(prefix, (ulong)header.Length);
        return [.. prefix, .. header, .. input[(8 + (int)length)..]];
    }
}
