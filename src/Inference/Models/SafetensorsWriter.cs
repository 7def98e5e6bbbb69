using System.Buffers.Binary;
using System.Text.Json;

namespace NGrammys.Inference.Models;

/// <summary>Writes a safetensors file: what <see cref="SafetensorsFile"/> reads.</summary>
public static class SafetensorsWriter
{
    /// <summary>A tensor to be written: little-endian elements, row-major.</summary>
    public sealed record Tensor(string Name, DataType Type, int[] Shape, ReadOnlyMemory<byte> Data);

    /// <summary>A tensor too large to lie in memory: it writes its bytes, as many as its shape asks for, when their turn comes.</summary>
    public sealed record Source(string Name, DataType Type, int[] Shape, Action<Stream> Write);

    /// <summary>Writes the tensors, in order, replacing the file.</summary>
    public static void Write(string path, IReadOnlyList<Tensor> tensors) =>
        WriteFrom(path, [.. tensors.Select(tensor => new Source(tensor.Name, tensor.Type, tensor.Shape, stream => stream.Write(tensor.Data.Span)))]);

    /// <summary>Writes the tensors, in order, replacing the file.</summary>
    public static void WriteFrom(string path, IReadOnlyList<Source> tensors)
    {
        using var header = new MemoryStream();
        using (var json = new Utf8JsonWriter(header))
        {
            json.WriteStartObject();
            json.WriteStartObject("__metadata__");
            json.WriteString("format", "pt");
            json.WriteEndObject();
            var at = 0L;
            foreach (var tensor in tensors)
            {
                json.WriteStartObject(tensor.Name);
                json.WriteString("dtype", Name(tensor.Type));
                json.WriteStartArray("shape");
                foreach (var dimension in tensor.Shape) json.WriteNumberValue(dimension);
                json.WriteEndArray();
                json.WriteStartArray("data_offsets");
                json.WriteNumberValue(at);
                json.WriteNumberValue(at += tensor.Shape.Aggregate((long)tensor.Type.Size(), (bytes, dimension) => bytes * dimension));
                json.WriteEndArray();
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        // Readers map the data as it is: it starts at a multiple of eight.
        while (header.Length % 8 != 0) header.WriteByte((byte)' ');
        using var file = File.Create(path);
        Span<byte> length = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
        file.Write(length);
        header.WriteTo(file);
        foreach (var tensor in tensors) tensor.Write(file);
    }

    private static string Name(DataType type) => type switch
    {
        DataType.Float32 => "F32",
        DataType.BFloat16 => "BF16",
        DataType.Float16 => "F16",
        _ => throw new NotSupportedException($"Tensors of type {type} are not written."),
    };
}
