using System.IO.MemoryMappedFiles;
using System.Text.Json;
using NGrammys.Inference.Abstractions;

namespace NGrammys.Inference.Models;

/// <summary>A memory-mapped safetensors file whose header has been checked: 8 bytes of little-endian length, JSON, raw data.</summary>
/// <remarks>Nothing in the file is trusted: offsets must lie inside, must not overlap or leave gaps, and must agree with shape and type.</remarks>
public sealed unsafe class SafetensorsFile : IDisposable
{
    // The reference implementation's own limit.
    private const long LargestHeader = 100_000_000;

    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;

    private SafetensorsFile(MemoryMappedFile file, MemoryMappedViewAccessor view, Dictionary<string, StoredTensor> tensors) =>
        (_file, _view, Tensors) = (file, view, tensors);

    /// <summary>The tensors by name.</summary>
    public IReadOnlyDictionary<string, StoredTensor> Tensors { get; }

    /// <summary>Opens and checks a file.</summary>
    /// <exception cref="NGrammysException">The file is missing or is no valid safetensors file.</exception>
    public static SafetensorsFile Open(string path)
    {
        if (!File.Exists(path)) throw new NGrammysException($"'{path}' does not exist; the model folder is incomplete, download it again.");
        // Asked of the open file: the folders of a hub's cache hold links, whose own length is that of their path.
        long length;
        using (var handle = File.OpenHandle(path)) length = RandomAccess.GetLength(handle);
        if (length < 8) throw Invalid(path, "it is shorter than its header");
        var file = MemoryMappedFile.CreateFromFile(path, FileMode.Open, null, 0, MemoryMappedFileAccess.Read);
        var view = file.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
        try
        {
            byte* start = null;
            view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
            return new SafetensorsFile(file, view, ReadHeader(path, start + view.PointerOffset, length));
        }
        catch
        {
            view.SafeMemoryMappedViewHandle.ReleasePointer();
            view.Dispose();
            file.Dispose();
            throw;
        }
    }

    /// <summary>Unmaps the file; its tensors must not be read any more.</summary>
    public void Dispose()
    {
        if (_view.SafeMemoryMappedViewHandle.IsClosed) return;
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _file.Dispose();
    }

    private static Dictionary<string, StoredTensor> ReadHeader(string path, byte* start, long length)
    {
        var size = *(ulong*)start;
        if (size > LargestHeader || (long)size > length - 8) throw Invalid(path, $"its header claims {size} bytes of {length}");
        var data = start + 8 + size;
        var dataLength = length - 8 - (long)size;
        var tensors = new Dictionary<string, StoredTensor>();
        var extents = new List<(long Begin, long End)>();
        try
        {
            using var header = JsonDocument.Parse(new UnmanagedMemoryStream(start + 8, (long)size), new JsonDocumentOptions { MaxDepth = 8 });
            foreach (var entry in header.RootElement.EnumerateObject())
            {
                if (entry.Name == "__metadata__") continue;
                var shape = entry.Value.GetProperty("shape").EnumerateArray().Select(dimension => dimension.GetInt32()).ToArray();
                var offsets = entry.Value.GetProperty("data_offsets");
                var (begin, end) = (offsets[0].GetInt64(), offsets[1].GetInt64());
                if (begin < 0 || end < begin || end > dataLength || offsets.GetArrayLength() != 2)
                    throw Invalid(path, $"tensor '{entry.Name}' lies at {begin}..{end} of {dataLength} bytes");
                extents.Add((begin, end));
                // Integer tensors (masks, position ids of old checkpoints) are never weights that we read; their place is checked, their content is not.
                if (ParseType(entry.Value.GetProperty("dtype").GetString()) is not { } type) continue;
                var elements = shape.Aggregate(1L, (product, dimension) => checked(product * ArgumentNonNegative(dimension)));
                if (checked(elements * type.Size()) != end - begin)
                    throw Invalid(path, $"tensor '{entry.Name}' of shape [{string.Join(", ", shape)}] has {end - begin} bytes");
                if (!tensors.TryAdd(entry.Name, new StoredTensor(entry.Name, type, shape, data + begin, end - begin)))
                    throw Invalid(path, $"tensor '{entry.Name}' stands in it twice");
            }
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or OverflowException
            or IndexOutOfRangeException)
        {
            throw Invalid(path, "its header is not what the format prescribes", e);
        }

        CheckCoverage(path, extents, dataLength);
        return tensors;
    }

    private static void CheckCoverage(string path, List<(long Begin, long End)> extents, long dataLength)
    {
        extents.Sort();
        var at = 0L;
        foreach (var (begin, end) in extents)
        {
            if (begin != at) throw Invalid(path, begin < at ? $"tensors overlap at byte {begin}" : $"bytes {at}..{begin} belong to no tensor");
            at = end;
        }

        if (at != dataLength) throw Invalid(path, $"bytes {at}..{dataLength} belong to no tensor");
    }

    private static int ArgumentNonNegative(int dimension) => dimension >= 0 ? dimension : throw new OverflowException();

    private static DataType? ParseType(string? name) => name switch
    {
        "F32" => DataType.Float32,
        "BF16" => DataType.BFloat16,
        "F16" => DataType.Float16,
        "BOOL" or "U8" or "I8" or "U16" or "I16" or "U32" or "I32" or "U64" or "I64" or "F64" or "F8_E4M3" or "F8_E5M2" or "F8_E8M0" => null,
        _ => throw new FormatException($"unknown type {name}"),
    };

    private static NGrammysException Invalid(string path, string why, Exception? inner = null)
    {
        var message = $"'{path}' is no valid safetensors file: {why}. It is truncated or corrupt; download it again.";
        return inner is null ? new NGrammysException(message) : new NGrammysException(message, inner);
    }
}
