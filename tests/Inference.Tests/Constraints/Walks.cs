using System.Text;
using NGrammys.Inference.Abstractions;
using NGrammys.Inference.Constraints;

namespace NGrammys.Inference.Tests.Constraints;

/// <summary>Walks through the masks of a constraint.</summary>
internal static class Walks
{
    public static readonly WordTokenizer Tokenizer = new(
        "ab", "abc", "{\"", "\":", "\": ", ", ", "\", \"", "},", "}", "]", "[[", " \"", "true", "fal", "null", "12", "0.5", "e+", "\\u00", "\\n", "é", "日本", "😀", "name", "\"a", "  ", "\n    ", "-1", "aaaa", "hello world");

    public static TokenConstraint Compile(ConstraintSpecification specification, WordTokenizer? tokenizer = null) =>
        new ConstraintCompiler(tokenizer ?? Tokenizer, (tokenizer ?? Tokenizer).Size).Compile(specification, [WordTokenizer.End]);

    public static TokenConstraint Schema(string schema) => Compile(new ConstraintSpecification(ConstraintKind.JsonSchema, schema));

    /// <summary>Whether the constraint lets a whole text through, and the end behind it.</summary>
    public static bool Accepts(TokenConstraint constraint, string text, WordTokenizer? tokenizer = null)
    {
        var state = constraint.Start;
        foreach (var token in (tokenizer ?? Tokenizer).Encode(text, false, false))
        {
            if (!state.Allows(token)) return false;
            state = state.Advance(token)!;
        }

        return state.MayEnd;
    }

    /// <summary>A text as a model would write it that knows nothing but the masks; it is in a hurry to end from a length on.</summary>
    /// <exception cref="InvalidOperationException">The masks lead into a dead end, or the text does not end.</exception>
    public static string Random(TokenConstraint constraint, Random random, int hurry = 60)
    {
        var (state, ids) = (constraint.Start, new List<int>());
        for (var step = 0; step < 20_000; step++)
        {
            if (state.MayEnd && (ids.Count >= hurry || random.Next(20) == 0)) return Tokenizer.Decode([.. ids], false);
            var allowed = Enumerable.Range(0, Tokenizer.Size).Where(state.Allows).ToArray();
            if (allowed.Length == 0) throw new InvalidOperationException($"A dead end behind {Tokenizer.Decode([.. ids], false)}");
            var closing = ids.Count < hurry ? [] : allowed.Where(id => id < 256 ? "\"}]0123456789.lsetrun".Contains((char)id) : Tokenizer.BytesOf(id).SequenceEqual("null"u8)).ToArray();
            var token = closing.Length > 0 && random.Next(4) != 0 ? closing[random.Next(closing.Length)] : allowed[random.Next(allowed.Length)];
            if (token == WordTokenizer.End) return Tokenizer.Decode([.. ids], false);
            ids.Add(token);
            state = state.Advance(token) ?? throw new InvalidOperationException($"The mask allows {token}, the state does not, behind {Tokenizer.Decode([.. ids], false)}");
        }

        throw new InvalidOperationException($"No end after {Encoding.UTF8.GetByteCount(Tokenizer.Decode([.. ids], false))} bytes.");
    }
}
