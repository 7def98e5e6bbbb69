using NGrammys.Inference.Abstractions;
using NGrammys.Inference.Constraints;

namespace NGrammys.Inference.Engine;

/// <summary>The constraints of one engine: compiled over its vocabulary, which is prepared when the first one comes. Thread-safe.</summary>
internal sealed class EngineConstraints(ITokenizer? tokenizer, int vocabulary)
{
    private readonly Lazy<ConstraintCompiler>? _compiler = tokenizer is { } known ? new(() => new ConstraintCompiler(known, vocabulary)) : null;

    /// <summary>What a request is held to; null = nothing.</summary>
    /// <exception cref="EngineException">The constraint is not understood, or allows no reply.</exception>
    public TokenConstraint? Compile(SequenceRequest request)
    {
        if (request.Constraint is not { } specification) return null;
        if (_compiler is null) throw Invalid("This engine has no tokenizer, so it can hold no reply to a constraint.");
        try
        {
            var constraint = _compiler.Value.Compile(specification, request.StopTokens);
            return constraint.Start.Allowed.ContainsAnyExcept(0UL) ? constraint : throw Invalid("The constraint allows no token of this model at all; loosen it.");
        }
        catch (ConstraintException e)
        {
            throw Invalid($"The constraint is refused at {e.Message}");
        }
    }

    /// <summary>The bytes that must come next, as the tokens that the model would most likely say them with. A guess; possibly none.</summary>
    public int[] Guess(ConstraintState state)
    {
        var forced = state.Forced.Span;
        if (tokenizer is null || forced.IsEmpty) return [];
        // Behind a line break no tokenizer puts a space of its own, and hardly anything melts together with it.
        var text = Utf8.Whole(forced);
        return Suffix(tokenizer.Encode("\n" + text, addSpecial: false, parseSpecial: false), Utf8.Length(text))
            ?? Suffix(tokenizer.Encode(text, addSpecial: false, parseSpecial: false), Utf8.Length(text)) ?? [];
    }

    // The last tokens that stand for exactly so many bytes.
    private int[]? Suffix(int[] ids, int bytes)
    {
        var first = ids.Length;
        while (bytes > 0 && first > 0) bytes -= tokenizer!.BytesOf(ids[--first]).Length;
        return bytes == 0 ? ids[first..] : null;
    }

    private static EngineException Invalid(string message) => new(EngineError.InvalidRequest, message);

    private static class Utf8
    {
        /// <summary>The text of the bytes, without what is half a character at their end.</summary>
        public static string Whole(ReadOnlySpan<byte> bytes)
        {
            Span<char> text = stackalloc char[bytes.Length];
            System.Text.Unicode.Utf8.ToUtf16(bytes, text, out _, out var length, replaceInvalidSequences: false, isFinalBlock: false);
            return text[..length].ToString();
        }

        public static int Length(string text) => System.Text.Encoding.UTF8.GetByteCount(text);
    }
}
