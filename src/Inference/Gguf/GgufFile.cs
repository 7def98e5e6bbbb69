using System.IO.MemoryMappedFiles;
using System.Text;
using NGrammys.Inference.Abstractions;

namespace NGrammys.Inference.Gguf;

/// <summary>A memory-mapped GGUF file, versions 2 and 3, whose header has been checked: magic, metadata, tensor infos, aligned data.</summary>
internal sealed unsafe class GgufFile : IDisposable
{
    private const int MostDimensions = 4;
    private const int DefaultAlignment = 32;

    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;

    private GgufFile(string path)
    {
        _file = MemoryMappedFile.CreateFromFile(path, FileMode.Open, null, 0, MemoryMappedFileAccess.Read);
        _view = _file.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
        byte* start = null;
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
        try
        {
            (Metadata, Tensors) = ReadHeader(path, start + _view.PointerOffset, new FileInfo(path).Length);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The named values.</summary>
    public GgufMetadata Metadata { get; }

    /// <summary>The tensors in the order of the file; valid while it is open.</summary>
    public IReadOnlyList<GgufTensor> Tensors { get; }

    /// <summary>Opens and checks a file.</summary>
    /// <exception cref="NGrammysException">The file is missing or is no valid GGUF file.</exception>
    public static GgufFile Open(string path)
    {
        if (!File.Exists(path)) throw new NGrammysException($"There is no file '{path}'; name a GGUF file.");
        if (new FileInfo(path).Length == 0) throw Invalid(path, "it is empty");
        try
        {
            return new GgufFile(path);
        }
        catch (Exception e) when (e is EndOfStreamException or FormatException or DecoderFallbackException or OverflowException)
        {
            throw Invalid(path, e.Message.TrimEnd('.'), e);
        }
    }

    /// <summary>Unmaps the file.</summary>
    public void Dispose()
    {
        if (_view.SafeMemoryMappedViewHandle.IsClosed) return;
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _file.Dispose();
    }

    private static (GgufMetadata Metadata, List<GgufTensor> Tensors) ReadHeader(string path, byte* start, long length)
    {
        // The header of the largest models is some megabytes.
        var reader = new GgufReader(new ReadOnlySpan<byte>(start, (int)Math.Min(length, int.MaxValue)));
        if (reader.Read<uint>() != 0x46554747) throw new FormatException("it does not begin with GGUF");
        if (reader.Read<uint>() is var version and not (2 or 3)) throw new FormatException($"its version is {version}; 2 and 3 are known");
        var (tensors, fields) = (reader.Count(1), reader.Count(1));
        var values = new Dictionary<string, object>();
        for (var i = 0; i < fields; i++)
        {
            var key = reader.ReadText();
            if (!values.TryAdd(key, reader.ReadValue())) throw new FormatException($"'{key}' stands in it twice");
        }

        var infos = new List<(string Name, int[] Shape, BlockFormat Format, ulong Offset)>();
        for (var i = 0; i < tensors; i++) infos.Add(ReadInfo(ref reader));
        var metadata = new GgufMetadata(path, values);
        var alignment = metadata.NumberOrNull("general.alignment") ?? DefaultAlignment;
        if (alignment is 0 or > 1 << 20) throw new FormatException($"an alignment of {alignment} is out of range");
        var data = (reader.Position + (long)alignment - 1) / alignment * alignment;
        var extents = new List<(long Begin, long End, string Name)>();
        var placed = infos.ConvertAll(info => Place(info.Name, info.Shape, info.Format, info.Offset));
        // A file whose tensors share their bytes could swell into many times its size.
        extents.Sort();
        for (var i = 1; i < extents.Count; i++)
        {
            if (extents[i].Begin < extents[i - 1].End) throw new FormatException($"tensors '{extents[i - 1].Name}' and '{extents[i].Name}' overlap");
        }

        return (metadata, placed);

        GgufTensor Place(string name, int[] shape, BlockFormat format, ulong offset)
        {
            var elements = shape.Aggregate(1L, (product, size) => checked(product * size));
            var left = length - data - elements / format.Values * format.Bytes;
            if (left < 0 || offset > (ulong)left) throw new EndOfStreamException($"tensor '{name}' lies beyond its end");
            if (elements / shape[^1] > int.MaxValue) throw new FormatException($"tensor '{name}' has too many rows");
            extents.Add(((long)offset, length - data - left + (long)offset, name));
            return new GgufTensor(name, shape, format, (nint)(start + data + (long)offset));
        }
    }

    private static (string Name, int[] Shape, BlockFormat Format, ulong Offset) ReadInfo(ref GgufReader reader)
    {
        var name = reader.ReadText();
        var dimensions = reader.Read<uint>();
        if (dimensions is 0 or > MostDimensions) throw new FormatException($"tensor '{name}' has {dimensions} dimensions");
        var shape = new int[dimensions];
        for (var i = shape.Length - 1; i >= 0; i--)
        {
            var size = reader.Read<ulong>();
            shape[i] = size is > 0 and <= int.MaxValue ? (int)size : throw new FormatException($"tensor '{name}' has a dimension of {size}");
        }

        var type = reader.Read<uint>();
        var format = BlockFormat.Of(type)
            ?? throw new FormatException($"tensor '{name}' is stored in format {type}, which is not supported; {string.Join(", ", BlockFormat.Names)} are");
        if (shape[^1] % format.Values != 0) throw new FormatException($"rows of tensor '{name}' are no whole blocks of {format.Name}");
        return (name, shape, format, reader.Read<ulong>());
    }

    private static NGrammysException Invalid(string path, string why, Exception? inner = null)
    {
        var message = $"'{path}' is no GGUF file that can be imported: {why}.";
        return inner is null ? new NGrammysException(message) : new NGrammysException(message, inner);
    }
}
