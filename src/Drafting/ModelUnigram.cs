using System.Buffers.Binary;

namespace NGrammys.Drafting;

/// <summary>The tokens that a model's weights alone make likeliest, whatever stands before.</summary>
/// <remarks>The model unigram of the N-Grammys paper (PMLR v262, section 4.1). Immutable and shared by all conversations with the model. Thread-safe.</remarks>
public sealed class ModelUnigram
{
    /// <summary>Tokens that are kept: more than the 25 of the paper's widest row.</summary>
    public const int DefaultWidth = 32;

    private const uint Mark = 0x4755_474E; // "NGUG"
    private const int FormatVersion = 1;
    private const int HeaderBytes = 16;

    private readonly int[] _tokens;
    private readonly float[] _probabilities;

    /// <summary>Takes over a finished table.</summary>
    /// <param name="vocabulary">Number of tokens, V.</param>
    /// <param name="tokens">[K] tokens, the likeliest first.</param>
    /// <param name="probabilities">[K] their probabilities among all V.</param>
    /// <exception cref="ArgumentException">The lengths do not fit, a token lies outside the vocabulary, or a probability is none.</exception>
    public ModelUnigram(int vocabulary, int[] tokens, float[] probabilities)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        ArgumentNullException.ThrowIfNull(probabilities);
        ArgumentOutOfRangeException.ThrowIfZero(tokens.Length, nameof(tokens));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(tokens.Length, vocabulary, nameof(tokens));
        ArgumentOutOfRangeException.ThrowIfNotEqual(probabilities.Length, tokens.Length);
        (Vocabulary, _tokens, _probabilities) = (vocabulary, tokens, probabilities);
        foreach (var token in tokens)
        {
            if ((uint)token >= (uint)vocabulary) throw new ArgumentException($"Token {token} lies outside the vocabulary of {vocabulary}.", nameof(tokens));
        }

        if (Array.Exists(probabilities, probability => probability is not (>= 0 and <= 1)))
            throw new ArgumentException("A probability lies outside [0, 1].", nameof(probabilities));
    }

    /// <summary>Number of tokens, V.</summary>
    public int Vocabulary { get; }

    /// <summary>[K] the likeliest tokens, the likeliest first.</summary>
    public ReadOnlySpan<int> Tokens => _tokens;

    /// <summary>[K] their probabilities among all V.</summary>
    public ReadOnlySpan<float> Probabilities => _probabilities;

    /// <summary>Writes the table: mark, version, vocabulary and number of tokens as little-endian integers, the tokens, the probabilities.</summary>
    public void Save(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        using var writer = new BinaryWriter(stream, System.Text.Encoding.UTF8, leaveOpen: true);
        writer.Write(Mark);
        foreach (var number in (ReadOnlySpan<int>)[FormatVersion, Vocabulary, _tokens.Length, .. _tokens]) writer.Write(number);
        foreach (var probability in _probabilities) writer.Write(probability);
    }

    /// <summary>Reads a table for a vocabulary.</summary>
    /// <exception cref="InvalidDataException">It is no such table, is cut off, or belongs to another vocabulary.</exception>
    public static ModelUnigram Load(Stream stream, int vocabulary)
    {
        ArgumentNullException.ThrowIfNull(stream);
        Span<byte> header = stackalloc byte[HeaderBytes];
        if (stream.ReadAtLeast(header, HeaderBytes, throwOnEndOfStream: false) < HeaderBytes || BinaryPrimitives.ReadUInt32LittleEndian(header) != Mark)
            throw new InvalidDataException("This is no unigram table.");
        if (BinaryPrimitives.ReadInt32LittleEndian(header[4..]) is var version && version != FormatVersion)
            throw new InvalidDataException($"The unigram table has format {version}; this build reads {FormatVersion}.");
        var (stored, width) = (BinaryPrimitives.ReadInt32LittleEndian(header[8..]), BinaryPrimitives.ReadInt32LittleEndian(header[12..]));
        if (stored != vocabulary) throw new InvalidDataException($"The unigram table is for {stored} tokens, the model has {vocabulary}.");
        if (width < 1 || width > vocabulary) throw new InvalidDataException($"The unigram table claims {width} tokens.");
        var bytes = new byte[(long)width * (sizeof(int) + sizeof(float))];
        if (stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) < bytes.Length || stream.ReadByte() >= 0)
            throw new InvalidDataException("The unigram table is cut off or too long.");
        var (tokens, probabilities) = (new int[width], new float[width]);
        for (var place = 0; place < width; place++)
        {
            tokens[place] = BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(place * sizeof(int)));
            probabilities[place] = BinaryPrimitives.ReadSingleLittleEndian(bytes.AsSpan((width + place) * sizeof(int)));
        }

        try
        {
            return new ModelUnigram(vocabulary, tokens, probabilities);
        }
        catch (ArgumentException e)
        {
            throw new InvalidDataException("The unigram table names a token that the model does not have, or a probability that is none.", e);
        }
    }
}
