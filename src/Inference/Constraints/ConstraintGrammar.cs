using NGrammys.Inference.Abstractions;
using NGrammys.Inference.Constraints.Schemas;

namespace NGrammys.Inference.Constraints;

/// <summary>From what a reply is held to, to the automaton that reads it.</summary>
internal static class ConstraintGrammar
{
    /// <summary>Longest schema or pattern, in characters.</summary>
    public const int MaxLength = 1 << 20;

    /// <summary>Compiles a specification.</summary>
    /// <param name="specification">What a reply is held to.</param>
    /// <param name="stripsLeadingSpace">Whether a space that opens the reply is no part of its text.</param>
    /// <exception cref="ConstraintException">It asks for something that is not understood, contradicts itself, or passes a limit.</exception>
    public static Automaton Compile(ConstraintSpecification specification, bool stripsLeadingSpace)
    {
        var grammar = new Grammar();
        var start = grammar.Node();
        if (specification.Text.Length > MaxLength) throw new ConstraintException(specification.Kind == ConstraintKind.Regex ? "regex" : "schema", $"it is longer than {MaxLength} characters; make it smaller.");
        switch (specification.Kind)
        {
            case ConstraintKind.Regex:
                WriteRegex(grammar, specification.Text, start);
                break;
            case ConstraintKind.JsonSchema:
                SchemaCompiler.Write(grammar, specification.Text, start);
                break;
            case ConstraintKind.ToolCalls:
                ToolCallGrammar.Write(grammar, specification.Text, start);
                break;
            default:
                SchemaCompiler.Write(grammar, SchemaCompiler.AnyObject, start);
                break;
        }

        return new Automaton(grammar, start, stripsLeadingSpace);
    }

    private static void WriteRegex(Grammar grammar, string pattern, int start)
    {
        var end = grammar.Node();
        var automaton = new PatternAutomaton([PatternParser.Parse(pattern).Whole()]);
        automaton.Emit(grammar, new CharacterEmitter(grammar, json: false), start, label => label == 1 ? end : null);
        grammar.Add(end, EdgeKind.Return, end);
        if (!automaton.Labels.Contains(1UL)) throw new ConstraintException("regex", "no text matches it.");
    }
}
