using NGrammys.DemoModel.Corpus;

namespace NGrammys.DemoModel.Questions;

/// <summary>
/// Something to know of a member beyond what it does, with the ways to ask for it: of a named member, and of the one that was spoken of
/// last.
/// </summary>
internal sealed record Facet(double Weight, Func<Member, string> Reply, IReadOnlyList<string> Questions, IReadOnlyList<string> FollowUps)
{
    /// <summary>All facets.</summary>
    public static IReadOnlyList<Facet> All { get; } =
    [
        new(2, Replies.Signature,
            [
                "what is the signature of {0}?", "how is {0} declared?", "show me the signature of {0}", "signature of {0}?",
                "give me the declaration of {0}",
                "what does the declaration of {0} look like?", "can you show me the signature of {0}?",
                "please show the signature of {0}.",
            ],
            ["what is its signature?", "how is it declared?", "and the signature?", "show me the signature.",
             "can you show me its declaration?", "signature?"]),
        new(2, Replies.Parameters,
            [
                "what parameters does {0} take?", "which parameters does {0} have?", "parameters of {0}?",
                "what arguments does {0} expect?", "what do I pass to {0}?",
                "what do I have to pass to {0}?", "which arguments does {0} take?", "tell me the parameters of {0}.",
                "what are the parameters of {0}?",
            ],
            ["which parameters does it take?", "and its parameters?", "what do I pass to it?", "what arguments does it expect?",
             "what are the parameters?", "and what are its arguments?"]),
        new(2, Replies.Returns,
            ["what does {0} return?", "what is the return value of {0}?", "what do I get back from {0}?", "return value of {0}?",
             "can you tell me what {0} returns?", "what is the result of {0}?"],
            ["what does it return?", "and what does it return?", "what do I get back?", "and the return value?", "what is the result?"]),
        new(2, Replies.Exceptions,
            [
                "which exceptions does {0} throw?", "what exceptions can {0} throw?", "what can go wrong with {0}?",
                "exceptions of {0}?", "does {0} throw exceptions?",
                "what does {0} throw?", "which errors can {0} cause?", "what exceptions should I catch when I call {0}?",
            ],
            ["and which exceptions does it throw?", "which exceptions does it throw?", "what exceptions can it throw?",
             "what can go wrong?", "does it throw?", "and the exceptions?", "which errors can it cause?"]),
        new(2, Replies.Example,
            [
                "show me an example of {0}", "give me an example of {0}.", "can you give me an example call of {0}?",
                "how do I call {0}?", "how do I write a call of {0}?",
                "example of {0}?", "show me some code with {0}.", "what does a call of {0} look like?", "please show me how to call {0}.",
            ],
            ["can you show me an example?", "show me an example.", "and an example?", "how do I call it?", "give me an example call.",
             "what does that look like in code?", "example?"]),
        new(1, Replies.Namespace,
            ["which namespace is {0} in?", "what is the namespace of {0}?", "where do I find {0}?", "where is {0}?",
             "which namespace do I need for {0}?", "namespace of {0}?"],
            ["which namespace is it in?", "and the namespace?", "where do I find it?", "what namespace is that in?",
             "which namespace do I need?"]),
        new(1, Replies.Summary,
            ["what does {0} do?"],
            ["what does it do?", "and what does it do?", "what was it for again?", "say that again.", "can you repeat that?",
             "what does it do again?"]),
    ];
}
