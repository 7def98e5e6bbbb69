using NGrammys.Inference.Abstractions;

namespace NGrammys.Inference.Constraints;

/// <summary>Compiles constraints over one vocabulary and keeps those used last. Thread-safe.</summary>
/// <remarks>A kept constraint holds at most some 20 MiB of states and masks; see <see cref="TokenConstraint"/>.</remarks>
public sealed class ConstraintCompiler
{
    private const int MaxKept = 16;

    private readonly LinkedList<(ConstraintSpecification Specification, int[] StopTokens, TokenConstraint Constraint)> _kept = [];
    private readonly Lock _lock = new();
    private readonly TokenVocabulary _vocabulary;

    /// <summary>Prepares the vocabulary; takes a moment.</summary>
    /// <param name="tokenizer">The model's tokenizer.</param>
    /// <param name="vocabularySize">Number of tokens that the model tells apart, V.</param>
    public ConstraintCompiler(ITokenizer tokenizer, int vocabularySize) => _vocabulary = new TokenVocabulary(tokenizer, vocabularySize);

    /// <summary>Compiles a constraint, or finds it.</summary>
    /// <param name="specification">What a reply is held to.</param>
    /// <param name="stopTokens">Tokens that end a reply: allowed exactly where its text may end.</param>
    /// <exception cref="ConstraintException">It asks for something that is not understood, contradicts itself, or passes a limit.</exception>
    public TokenConstraint Compile(ConstraintSpecification specification, ReadOnlySpan<int> stopTokens)
    {
        lock (_lock)
        {
            for (var node = _kept.First; node is not null; node = node.Next)
            {
                if (node.Value.Specification != specification || !stopTokens.SequenceEqual(node.Value.StopTokens)) continue;
                _kept.Remove(node);
                _kept.AddFirst(node);
                return node.Value.Constraint;
            }
        }

        var constraint = new TokenConstraint(ConstraintGrammar.Compile(specification, _vocabulary.StripsLeadingSpace), _vocabulary, stopTokens);
        lock (_lock)
        {
            _kept.AddFirst((specification, stopTokens.ToArray(), constraint));
            if (_kept.Count > MaxKept) _kept.RemoveLast();
        }

        return constraint;
    }
}
