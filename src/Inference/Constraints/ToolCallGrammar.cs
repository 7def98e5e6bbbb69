using NGrammys.Inference.Constraints.Schemas;

namespace NGrammys.Inference.Constraints;

/// <summary>
/// Writes replies that say whatever they like, or call: blocks between <c>tool_call</c> tags, behind some text or none, as the Hermes and Qwen templates ask for
/// them; or a whole reply that is a call or an array of calls, as those of Llama and Mistral do. A text that begins with a brace or a bracket is such a reply.
/// </summary>
internal static class ToolCallGrammar
{
    private const string Open = "<tool_call>";
    private const string Close = "</tool_call>";

    // Between what belongs to a call: models write a line break there.
    private const int MostBlanks = 2;

    private static readonly CodeSet Blank = CodeSet.Of((' ', ' '), ('\t', '\n'), ('\r', '\r'));
    private static readonly CodeSet OpensTag = CodeSet.Of(Open[0]);
    private static readonly CodeSet OpensJson = CodeSet.Of(('{', '{'), ('[', '['));

    /// <summary>Writes them.</summary>
    /// <param name="grammar">Receives them.</param>
    /// <param name="schema">JSON Schema of a call.</param>
    /// <param name="start">Where replies begin.</param>
    /// <exception cref="ConstraintException">See <see cref="SchemaCompiler.Write"/>.</exception>
    public static void Write(Grammar grammar, string schema, int start)
    {
        var (call, end, tagged) = (grammar.Node(), grammar.Node(), grammar.Node());
        var height = SchemaCompiler.Write(grammar, schema, call);
        grammar.Add(end, EdgeKind.Return, end);
        void Call(int from, int to) => grammar.Add(from, EdgeKind.Call, to, call, height);

        WriteText(grammar, start, tagged, end);
        Call(start, end);
        WriteArray(grammar, start, end, Call);

        var called = grammar.Node();
        var closed = grammar.Node();
        Call(Blanks(grammar, tagged), called);
        grammar.Skip(grammar.Text(Blanks(grammar, called), Close), closed);
        grammar.Skip(grammar.Text(Blanks(grammar, closed), Open), tagged);
        grammar.Skip(closed, end);
    }

    // Text in which no tag opens: a node for each beginning of a tag that it ends with, and one for blanks alone.
    private static void WriteText(Grammar grammar, int start, int tagged, int end)
    {
        var characters = new CharacterEmitter(grammar, json: false);
        int[] begun = [.. Open.Select(_ => grammar.Node())];
        grammar.Skip(start, end);
        characters.Emit(Blank, start, start);
        characters.Emit(OpensTag, start, begun[1]);
        characters.Emit(Blank.Union(OpensTag).Union(OpensJson).Complement(), start, begun[0]);
        for (var i = 0; i < begun.Length; i++)
        {
            grammar.Skip(begun[i], end);
            var next = CodeSet.Of(Open[i]);
            characters.Emit(next, begun[i], i + 1 < begun.Length ? begun[i + 1] : tagged);
            // The first letter of a tag does not come again in it.
            if (i > 0) characters.Emit(OpensTag, begun[i], begun[1]);
            characters.Emit(next.Union(OpensTag).Complement(), begun[i], begun[0]);
        }
    }

    private static void WriteArray(Grammar grammar, int start, int end, Action<int, int> call)
    {
        var (item, behind) = (grammar.Node(), grammar.Node());
        grammar.Skip(Blanks(grammar, grammar.Text(start, "[")), item);
        call(item, behind);
        var gap = Blanks(grammar, behind);
        grammar.Skip(Blanks(grammar, grammar.Text(gap, ",")), item);
        grammar.Skip(grammar.Text(gap, "]"), end);
    }

    private static int Blanks(Grammar grammar, int from)
    {
        var characters = new CharacterEmitter(grammar, json: false);
        var to = grammar.Node();
        grammar.Skip(from, to);
        for (var i = 0; i < MostBlanks; i++)
        {
            var next = grammar.Node();
            characters.Emit(Blank, from, next);
            grammar.Skip(next, to);
            from = next;
        }

        return to;
    }
}
