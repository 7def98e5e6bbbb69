namespace NGrammys.Drafting;

/// <summary>Who guessed a token. The numbers are stored and sent: they never change.</summary>
public enum DraftSource : byte
{
    /// <summary>Nobody: the target model's own token.</summary>
    Model = 0,

    /// <summary>An earlier occurrence of the current suffix in the same conversation.</summary>
    Context = 1,

    /// <summary>Earlier replies to the same tenant.</summary>
    Shared = 2,

    /// <summary>What the model says about each token of its vocabulary without any context.</summary>
    Bigram = 3,

    /// <summary>Such guesses rolled out over several tokens.</summary>
    ExtendedBigram = 4,

    /// <summary>What the model thought likely behind the same token at nodes verified earlier.</summary>
    Recycled = 6,

    /// <summary>Text that the caller expects.</summary>
    Prediction = 7,

    /// <summary>The only text that the reply's constraint allows; guessed by the engine itself.</summary>
    Constraint = 8,

    /// <summary>What the model's weights make likely without any text at all.</summary>
    Unigram = 9,
}
