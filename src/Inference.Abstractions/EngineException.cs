namespace NGrammys.Inference.Abstractions;

/// <summary>Why an engine refused or ended a sequence.</summary>
public enum EngineError
{
    /// <summary>The request itself is wrong: an empty prompt, a token outside the vocabulary, a negative temperature.</summary>
    InvalidRequest,

    /// <summary>Prompt and reply do not fit the model's context or the KV cache as a whole.</summary>
    ContextLength,

    /// <summary>The queue is full; try again later.</summary>
    Overloaded,

    /// <summary>The engine does not know the sequence: it never started here, ended long ago, or the process is a new one. Start it again.</summary>
    UnknownSequence,

    /// <summary>The engine has failed or is stopping and runs nothing any more.</summary>
    Unavailable,
}

/// <summary>An engine refused or ended a sequence.</summary>
public sealed class EngineException : NGrammysException
{
    /// <summary>Creates the error.</summary>
    public EngineException(EngineError error, string message) : base(message) => Error = error;

    /// <summary>What kind of error it is.</summary>
    public EngineError Error { get; }
}
