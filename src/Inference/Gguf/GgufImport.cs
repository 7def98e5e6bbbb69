using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using NGrammys.Inference.Abstractions;
using NGrammys.Inference.Models;
using NGrammys.Inference.Tokenization;

namespace NGrammys.Inference.Gguf;

/// <summary>Turns a GGUF file into a Hugging Face folder with bfloat16 weights, whole or not at all.</summary>
public static class GgufImport
{
    private static readonly JsonSerializerOptions Readable = new()
    {
        WriteIndented = true,
        IndentSize = 1,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Imports a file.</summary>
    /// <param name="path">The GGUF file.</param>
    /// <param name="folder">A folder that does not exist yet, or is empty.</param>
    /// <param name="progress">Hears after each tensor which share of the weights is written; may be null.</param>
    /// <exception cref="NGrammysException">The file is damaged, or holds what the engine does not know.</exception>
    public static void Run(string path, string folder, Action<double>? progress = null)
    {
        folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        if (File.Exists(folder) || (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any()))
            throw new NGrammysException($"'{folder}' is there already; name a new folder.");
        using var file = GgufFile.Open(path);
        // Beside the target, so that renaming it is one step of the file system.
        var partial = $"{folder}.{Guid.NewGuid():N}.partial";
        Directory.CreateDirectory(partial);
        try
        {
            Write(file, partial, progress);
            if (Directory.Exists(folder)) Directory.Delete(folder);
            Directory.Move(partial, folder);
        }
        catch (NGrammysException e)
        {
            throw new NGrammysException(e.Message.Replace(partial, path, StringComparison.Ordinal), e);
        }
        finally
        {
            if (Directory.Exists(partial)) Directory.Delete(partial, recursive: true);
        }
    }

    private static void Write(GgufFile file, string folder, Action<double>? progress)
    {
        var (metadata, architecture, tokenizer) = (file.Metadata, GgufArchitecture.Of(file.Metadata), new GgufTokenizer(file.Metadata));
        var config = architecture.Configuration(metadata, file.Tensors);
        foreach (var (name, id) in tokenizer.Ids()) config[name] = id?.DeepClone();
        WriteJson("config.json", config);
        WriteJson("generation_config.json", tokenizer.Ids());
        WriteJson("tokenizer_config.json", tokenizer.Configuration());
        if (tokenizer.IsSentencePiece) File.WriteAllBytes(Path.Combine(folder, "tokenizer.model"), tokenizer.SentencePiece());
        else WriteJson("tokenizer.json", tokenizer.ByteLevel());
        // What the engine would refuse is refused before gigabytes are written.
        ModelConfiguration.Read(Path.Combine(folder, "config.json"));
        Tokenizer.Load(folder);

        SafetensorsWriter.WriteFrom(Path.Combine(folder, "model.safetensors"), Sources(file, architecture, progress));
        ModelFolder.Open(folder).Dispose();

        void WriteJson(string name, JsonObject json) => File.WriteAllText(Path.Combine(folder, name), json.ToJsonString(Readable));
    }

    private static List<SafetensorsWriter.Source> Sources(GgufFile file, GgufArchitecture architecture, Action<double>? progress)
    {
        var sources = new List<SafetensorsWriter.Source>();
        var total = file.Tensors.Sum(tensor => (double)tensor.Rows * tensor.RowLength);
        var prefix = file.Metadata.Architecture + ".attention.head_count";
        var heads = file.Metadata.Number(prefix);
        var kvHeads = file.Metadata.NumberOrNull(prefix + "_kv") ?? heads;
        foreach (var tensor in file.Tensors)
        {
            if (tensor.Name == GgufRotaryScaling.FactorsName) continue;
            var name = architecture.TensorName(tensor.Name) ?? throw file.Metadata.Unfit($"tensor '{tensor.Name}' has no place in a model of its architecture");
            var interleaved = !architecture.InterleavesRotary ? 0
                : tensor.Name.EndsWith(".attn_q.weight", StringComparison.Ordinal) ? heads
                : tensor.Name.EndsWith(".attn_k.weight", StringComparison.Ordinal) ? kvHeads : 0;
            if (interleaved > 0 && tensor.Rows % (2 * interleaved) != 0) throw file.Metadata.Unfit($"the {tensor.Rows} rows of tensor '{tensor.Name}' are no pairs in {interleaved} heads");
            sources.Add(new SafetensorsWriter.Source(name, DataType.BFloat16, tensor.Shape, stream =>
            {
                WriteRows(tensor, interleaved, stream);
                progress?.Invoke(Math.Min(1, stream.Position / (2 * total)));
            }));
        }

        return sources;
    }

    private static void WriteRows(GgufTensor tensor, int heads, Stream stream)
    {
        var (values, rounded) = (new float[tensor.RowLength], new ushort[tensor.RowLength]);
        var headSize = heads == 0 ? 0 : tensor.Rows / heads;
        for (var row = 0; row < tensor.Rows; row++)
        {
            tensor.Read(heads == 0 ? row : Interleaved(row, headSize), values);
            for (var i = 0; i < values.Length; i++) rounded[i] = Round(values[i]);
            stream.Write(MemoryMarshal.AsBytes<ushort>(rounded));
        }
    }

    // Rows of a head: 0, E/2, 1, E/2 + 1, … in the file, the first halves before the second ones in the folder.
    private static int Interleaved(int row, int headSize)
    {
        var (head, place) = Math.DivRem(row, headSize);
        var (half, pair) = Math.DivRem(place, headSize / 2);
        return head * headSize + 2 * pair + half;
    }

    // To the nearest bfloat16, halves to even.
    private static ushort Round(float value)
    {
        var bits = BitConverter.SingleToUInt32Bits(value);
        var rounded = (ushort)((bits + 0x7FFF + (bits >> 16 & 1)) >> 16);
        return BitConverter.IsLittleEndian ? rounded : BinaryPrimitives.ReverseEndianness(rounded);
    }
}
