using NGrammys.Inference.Abstractions;

namespace NGrammys.Layer.Benchmarks;

/// <summary>Replies that every layer makes: the same prompts, decoded greedily and plainly to the same length.</summary>
internal sealed class Work
{
    private static readonly string[] Subjects =
    [
        "a lighthouse keeper", "the history of bread", "how rivers shape land", "a city below the sea", "the first train", "an old clockmaker", "how bees find their way",
        "the invention of paper", "a winter in the mountains", "why stars shine", "a market at dawn", "how ships are built", "the life of a tree", "a journey through a desert",
        "the craft of glass", "how music is written down",
    ];

    /// <summary>Prepares the prompts. They differ early, so that the engine can take nothing from one to the other.</summary>
    /// <param name="conversations">How many replies are made at once.</param>
    /// <param name="tokens">Tokens of each.</param>
    /// <param name="tokenizer">Puts the prompts into the model's words, as a conversation would.</param>
    /// <param name="round">They differ from those of other rounds.</param>
    public Work(int conversations, int tokens, ITokenizer tokenizer, int round)
    {
        Tokens = tokens;
        Texts = [.. Enumerable.Range(0, conversations).Select(i => $"{round}.{i + 1}. Write a very long text about {Subjects[i % Subjects.Length]}.")];
        Prompts = [.. Texts.Select(text => tokenizer.EncodeChat([new ChatMessage("user", text)]).ToArray())];
    }

    /// <summary>Tokens of each reply.</summary>
    public int Tokens { get; }

    /// <summary>What the person says.</summary>
    public string[] Texts { get; }

    /// <summary>The same as prompts.</summary>
    public int[][] Prompts { get; }
}
