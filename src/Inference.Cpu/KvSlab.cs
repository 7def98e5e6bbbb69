namespace NGrammys.Inference.Cpu;

/// <summary>Keys and values of all sequences in float32, preallocated. Keys lie in blocks of sixteen rows, transposed, so that one register holds one
/// element of sixteen keys and sixteen scores need no sum over lanes; values lie row by row, zero-padded to whole lanes.</summary>
internal sealed unsafe class KvSlab : IDisposable
{
    /// <summary>Rows of a key block.</summary>
    public const int BlockRows = 16;

    private readonly int _layers;
    private readonly int _heads;
    private readonly int _headSize;
    private readonly long _keyHeadElements;
    private readonly long _valueHeadElements;
    private readonly AlignedMemory _keys;
    private readonly AlignedMemory _values;

    public KvSlab(int layers, int heads, int headSize, int rows)
    {
        (_layers, _heads, _headSize, Rows) = (layers, heads, headSize, rows);
        var blocks = ((long)rows + BlockRows - 1) / BlockRows;
        ValueStride = (headSize + BlockRows - 1) / BlockRows * BlockRows;
        _keyHeadElements = blocks * BlockRows * headSize;
        _valueHeadElements = (long)rows * ValueStride;
        _keys = new AlignedMemory(layers * heads * _keyHeadElements * sizeof(float));
        _values = new AlignedMemory(layers * heads * _valueHeadElements * sizeof(float));
    }

    public int Rows { get; }

    /// <summary>Elements of a value row.</summary>
    public int ValueStride { get; }

    /// <summary>[rows / 16, E, 16] keys of one head.</summary>
    public float* Keys(int layer, int head) => _keys.Floats + ((long)layer * _heads + head) * _keyHeadElements;

    /// <summary>[rows, <see cref="ValueStride"/>] values of one head.</summary>
    public float* Values(int layer, int head) => _values.Floats + ((long)layer * _heads + head) * _valueHeadElements;

    /// <summary>Writes one row of one head.</summary>
    public void Write(int layer, int head, int row, float* key, float* value)
    {
        var column = KeyColumn(Keys(layer, head), row);
        for (var i = 0; i < _headSize; i++) column[i * BlockRows] = key[i];
        new Span<float>(value, _headSize).CopyTo(new Span<float>(Values(layer, head) + (long)row * ValueStride, _headSize));
    }

    /// <summary>Moves rows from[i] to to + i in every layer; from ascends and from[i] ≥ to + i.</summary>
    public void Move(ReadOnlySpan<int> from, int to)
    {
        for (var layer = 0; layer < _layers; layer++)
        {
            for (var head = 0; head < _heads; head++)
            {
                for (var i = 0; i < from.Length; i++)
                {
                    if (from[i] != to + i) Move(layer, head, from[i], to + i);
                }
            }
        }
    }

    /// <summary>Copies rows from + i to to + i in every layer; the runs may overlap.</summary>
    public void Copy(int from, int to, int count)
    {
        if (from == to) return;
        // Whatever a row is written over has been read before.
        var (first, step) = from > to ? (0, 1) : (count - 1, -1);
        for (var layer = 0; layer < _layers; layer++)
        {
            for (var head = 0; head < _heads; head++)
            {
                for (var i = first; i >= 0 && i < count; i += step) Move(layer, head, from + i, to + i);
            }
        }
    }

    /// <summary>Reads rows out.</summary>
    /// <param name="first">First row.</param>
    /// <param name="rows">[rows, layers, heads, key and value, E]</param>
    public void Read(int first, Span<float> rows)
    {
        for (var at = 0; at < rows.Length; first++)
        {
            for (var place = 0; place < _layers * _heads; place++)
            {
                var column = KeyColumn(Keys(place / _heads, place % _heads), first);
                for (var i = 0; i < _headSize; i++) rows[at++] = column[i * BlockRows];
                new Span<float>(Values(place / _heads, place % _heads) + (long)first * ValueStride, _headSize).CopyTo(rows[at..]);
                at += _headSize;
            }
        }
    }

    /// <summary>Writes back what <see cref="Read"/> gave.</summary>
    public void Write(ReadOnlySpan<float> rows, int first)
    {
        fixed (float* start = rows)
        {
            for (var at = start; at < start + rows.Length; first++)
            {
                for (var place = 0; place < _layers * _heads; place++, at += 2 * _headSize)
                    Write(place / _heads, place % _heads, first, at, at + _headSize);
            }
        }
    }

    public void Dispose()
    {
        _keys.Dispose();
        _values.Dispose();
    }

    private void Move(int layer, int head, int from, int to)
    {
        var source = KeyColumn(Keys(layer, head), from);
        var destination = KeyColumn(Keys(layer, head), to);
        for (var i = 0; i < _headSize * BlockRows; i += BlockRows) destination[i] = source[i];
        var values = Values(layer, head);
        new Span<float>(values + (long)from * ValueStride, ValueStride).CopyTo(new Span<float>(values + (long)to * ValueStride, ValueStride));
    }

    private float* KeyColumn(float* keys, int row) => keys + (long)(row / BlockRows) * BlockRows * _headSize + row % BlockRows;
}
