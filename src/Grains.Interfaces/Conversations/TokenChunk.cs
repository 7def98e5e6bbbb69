using NGrammys.Grains.Interfaces.Batching;

namespace NGrammys.Grains.Interfaces.Conversations;

/// <summary>What a chunk says.</summary>
[GenerateSerializer, Alias("ngrammys.ChunkKind")]
public enum ChunkKind
{
    /// <summary>Tokens and their text.</summary>
    Tokens,

    /// <summary>Nothing new; the reply is alive.</summary>
    KeepAlive,

    /// <summary>The reader is ahead of what is stored: go back to <see cref="TokenChunk.Position"/>.</summary>
    Rewind,

    /// <summary>The reply is over; carries <see cref="TokenChunk.End"/>.</summary>
    End,
}

/// <summary>A piece of a reply. Everything in it is durable.</summary>
[GenerateSerializer, Immutable, SuppressReferenceTracking, Alias("ngrammys.TokenChunk")]
public sealed record TokenChunk
{
    [Id(0)] public required ChunkKind Kind { get; init; }

    /// <summary>Ownership of the conversation: each activation that takes it over raises it.</summary>
    [Id(1)] public required long Epoch { get; init; }

    /// <summary>Position of the first token; for other kinds the next position of the reader.</summary>
    [Id(2)] public required int Position { get; init; }

    /// <summary>Characters (UTF-16) of the reply before <see cref="Text"/>; with End and Rewind what the reader's text is cut to.</summary>
    [Id(3)] public int TextOffset { get; init; }

    /// <summary>Text that these tokens settled. It lags behind the tokens by what is not settled yet (half a code point).</summary>
    [Id(4)] public string Text { get; init; } = "";

    [Id(5)] public int[] Tokens { get; init; } = [];

    /// <summary>Per token who guessed it: 0 = the model itself, 1 = context.</summary>
    [Id(6)] public byte[] Sources { get; init; } = [];

    /// <summary>Per token the survival estimate of its draft, 1 for the model's own.</summary>
    [Id(7)] public float[] Survival { get; init; } = [];

    [Id(8)] public TurnEnd? End { get; init; }

    /// <summary>Statistics so far; with every Tokens chunk.</summary>
    [Id(9)] public TurnStatistics? Statistics { get; init; }

    /// <summary>One per token where the turn asked for them. They are told while the reply is written and not stored: empty in a replay.</summary>
    [Id(10)] public TokenLikelihood[] LogProbabilities { get; init; } = [];

    /// <summary>Per token the number of the step that brought it, from 0.</summary>
    [Id(11)] public int[] Steps { get; init; } = [];

    /// <summary>Per token where its text ends in the reply, in UTF-16 code units. Empty in the replay of another model's reply.</summary>
    [Id(12)] public int[] TextEnds { get; init; } = [];

    /// <summary>With KeepAlive: the store has not taken what was said for a second and more. Nothing is shown, and soon nothing made, until it does.</summary>
    [Id(13)] public bool StoreAway { get; init; }

    /// <summary>With KeepAlive: how many replies that came earlier wait for the device as well; null where this one does not wait for it.</summary>
    [Id(14)] public int? Ahead { get; init; }
}

/// <summary>How a turn ended.</summary>
[GenerateSerializer, Immutable, Alias("ngrammys.TurnEnd")]
public sealed record TurnEnd
{
    /// <summary>stop, length, cancelled or error.</summary>
    [Id(0)] public required string Finish { get; init; }

    /// <summary>One line for the person, with <c>error</c>.</summary>
    [Id(1)] public string? Error { get; init; }

    /// <summary>Of the whole turn.</summary>
    [Id(2)] public required TurnStatistics Statistics { get; init; }

    /// <summary>Name of the engine's error, with <c>error</c>; told while the turn is read live, and not stored.</summary>
    [Id(3)] public string? Cause { get; init; }
}

/// <summary>What speculation did for a reply.</summary>
[GenerateSerializer, Immutable, Alias("ngrammys.TurnStatistics")]
public sealed record TurnStatistics
{
    /// <summary>Tokens of the prompt.</summary>
    [Id(0)] public int PromptTokens { get; init; }

    /// <summary>Tokens of the prompt that were not computed, because another turn of the tenant began alike.</summary>
    [Id(9)] public int CachedTokens { get; init; }

    /// <summary>Messages at the beginning of the conversation that the prompt left out, because they do not fit any more.</summary>
    [Id(10)] public int LeftOut { get; init; }

    /// <summary>Tokens generated.</summary>
    [Id(1)] public int Tokens { get; init; }

    /// <summary>Verification passes.</summary>
    [Id(2)] public int Steps { get; init; }

    /// <summary>Draft nodes verified.</summary>
    [Id(3)] public int Drafted { get; init; }

    /// <summary>Draft nodes accepted.</summary>
    [Id(4)] public int Accepted { get; init; }

    /// <summary>Draft nodes accepted that came from the turn's prediction.</summary>
    [Id(7)] public int AcceptedPrediction { get; init; }

    /// <summary>Tokens of the turn's prediction, accepted or not.</summary>
    [Id(8)] public int PredictionTokens { get; init; }

    /// <summary>Seconds from acceptance of the message to the first token.</summary>
    [Id(5)] public double TimeToFirstToken { get; init; }

    /// <summary>Seconds from the first token to the last.</summary>
    [Id(6)] public double Seconds { get; init; }

    /// <summary>What became of the drafts of its steps.</summary>
    [Id(20)] public AcceptanceHistogram Histogram { get; init; }
}
