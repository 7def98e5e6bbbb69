using System.Buffers.Binary;

namespace NGrammys.Drafting;

/// <summary>What a model says behind each token of its vocabulary when nothing stands before it: the likeliest next tokens, for every token.</summary>
/// <remarks>The model bigram of the N-Grammys paper (PMLR v262, section 4.1). Immutable and shared by all conversations with the model. Thread-safe.</remarks>
public sealed class ModelBigram : IBigramRows
{
    /// <summary>Next tokens that are kept for each token: enough for every width that has been seen to pay.</summary>
    public const int DefaultWidth = 16;

    private const uint Mark = 0x4742_474E; // "NGBG"
    private const int FormatVersion = 1;
    private const int HeaderBytes = 16;
    private const int MaxWidth = 1024;

    private readonly int[] _tokens;
    private readonly byte[] _shares;

    /// <summary>Takes over a finished table.</summary>
    /// <param name="width">Next tokens per token, K.</param>
    /// <param name="tokens">[V, K] next tokens, the likeliest first.</param>
    /// <param name="shares">[V, K] their probabilities among the K, in 255ths.</param>
    /// <exception cref="ArgumentException">The lengths do not fit, or a token lies outside the vocabulary.</exception>
    public ModelBigram(int width, int[] tokens, byte[] shares)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        ArgumentNullException.ThrowIfNull(shares);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNotEqual(shares.Length, tokens.Length);
        ArgumentOutOfRangeException.ThrowIfNotEqual(tokens.Length % width, 0, nameof(tokens));
        (Width, _tokens, _shares) = (width, tokens, shares);
        foreach (var token in tokens)
        {
            if ((uint)token >= (uint)Vocabulary) throw new ArgumentException($"Token {token} lies outside the vocabulary of {Vocabulary}.", nameof(tokens));
        }
    }

    /// <summary>Next tokens per token, K.</summary>
    public int Width { get; }

    /// <summary>Number of tokens, V.</summary>
    public int Vocabulary => _tokens.Length / Width;

    /// <summary>[K] what follows a token, the likeliest first.</summary>
    public ReadOnlySpan<int> Next(int token) => _tokens.AsSpan(token * Width, Width);

    /// <summary>[K] the probabilities of <see cref="Next"/> among themselves, in 255ths.</summary>
    public ReadOnlySpan<byte> Shares(int token) => _shares.AsSpan(token * Width, Width);

    /// <summary>Rolls the table out: each token is the likeliest behind the one before it.</summary>
    /// <param name="first">The token before the roll-out.</param>
    /// <param name="path">Receives the tokens.</param>
    public void RollOut(int first, Span<int> path)
    {
        foreach (ref var token in path) first = token = Next(first)[0];
    }

    /// <summary>Rolls the table out behind each of a token's next tokens: the extended bigram of the paper by repeated application of the bigram.</summary>
    /// <inheritdoc/>
    public int Copy(int token, int width, Span<int> rows)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        // A text in another model's ids is not our error to report.
        if ((uint)token >= (uint)Vocabulary) return 0;
        var count = Math.Min(rows.Length / width, Width);
        for (var row = 0; row < count; row++)
        {
            rows[row * width] = Next(token)[row];
            RollOut(rows[row * width], rows.Slice(row * width + 1, width - 1));
        }
        return count;
    }

    /// <summary>Writes the table: mark, version, vocabulary and width as little-endian integers, the tokens, the shares.</summary>
    public void Save(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        Span<byte> header = stackalloc byte[HeaderBytes];
        BinaryPrimitives.WriteUInt32LittleEndian(header, Mark);
        BinaryPrimitives.WriteInt32LittleEndian(header[4..], FormatVersion);
        BinaryPrimitives.WriteInt32LittleEndian(header[8..], Vocabulary);
        BinaryPrimitives.WriteInt32LittleEndian(header[12..], Width);
        stream.Write(header);
        var bytes = new byte[_tokens.Length * sizeof(int)];
        for (var i = 0; i < _tokens.Length; i++) BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(i * sizeof(int)), _tokens[i]);
        stream.Write(bytes);
        stream.Write(_shares);
    }

    /// <summary>Reads a table for a vocabulary.</summary>
    /// <exception cref="InvalidDataException">It is no such table, is cut off, or belongs to another vocabulary.</exception>
    public static ModelBigram Load(Stream stream, int vocabulary)
    {
        ArgumentNullException.ThrowIfNull(stream);
        Span<byte> header = stackalloc byte[HeaderBytes];
        if (stream.ReadAtLeast(header, HeaderBytes, throwOnEndOfStream: false) < HeaderBytes || BinaryPrimitives.ReadUInt32LittleEndian(header) != Mark)
            throw new InvalidDataException("This is no bigram table.");
        if (BinaryPrimitives.ReadInt32LittleEndian(header[4..]) is var version && version != FormatVersion)
            throw new InvalidDataException($"The bigram table has format {version}; this build reads {FormatVersion}.");
        var (stored, width) = (BinaryPrimitives.ReadInt32LittleEndian(header[8..]), BinaryPrimitives.ReadInt32LittleEndian(header[12..]));
        if (stored != vocabulary) throw new InvalidDataException($"The bigram table is for {stored} tokens, the model has {vocabulary}.");
        if (width is < 1 or > MaxWidth) throw new InvalidDataException($"The bigram table claims {width} next tokens per token.");
        var bytes = new byte[(long)vocabulary * width * (sizeof(int) + 1)];
        if (stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) < bytes.Length || stream.ReadByte() >= 0)
            throw new InvalidDataException("The bigram table is cut off or too long.");
        var tokens = new int[vocabulary * width];
        for (var i = 0; i < tokens.Length; i++)
        {
            tokens[i] = BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(i * sizeof(int)));
            if ((uint)tokens[i] >= (uint)vocabulary) throw new InvalidDataException($"The bigram table names token {tokens[i]}, which the model does not have.");
        }

        return new ModelBigram(width, tokens, bytes[(tokens.Length * sizeof(int))..]);
    }
}
