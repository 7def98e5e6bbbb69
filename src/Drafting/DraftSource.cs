namespace NGrammys.Drafting;

/// <summary>Who guessed a token.</summary>
public enum DraftSource : byte
{
    /// <summary>Nobody: the target model's own token.</summary>
    Model = 0,

    /// <summary>An earlier occurrence of the current suffix in the same conversation.</summary>
    Context = 1,
}
