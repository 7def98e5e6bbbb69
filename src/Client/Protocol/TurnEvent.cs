using MessagePack;

namespace NGrammys.Client.Protocol;

/// <summary>A piece of a reply, as Resume streams it. Everything in it is durable.</summary>
/// <remarks>
/// A reader keeps <c>next</c>, the first position it lacks, and the text it has. Tokens before <c>next</c> are old news; the text is
/// replaced from <see cref="TextOffset"/> on. So frames may be repeated, and a stream may be opened again at <c>next</c>, without harm.
/// </remarks>
[MessagePackObject]
public sealed record TurnEvent
{
    /// <summary>What it says: <see cref="TurnEventKind"/>. A reader ignores kinds it does not know.</summary>
    [Key("kind")] public required string Kind { get; init; }

    /// <summary>Ownership of the conversation; rises when another process takes the conversation over.</summary>
    [Key("epoch")] public long Epoch { get; init; }

    /// <summary>Position in the reply of the first of <see cref="Tokens"/>, from 0; for other kinds the reader's next position.</summary>
    [Key("position")] public int Position { get; init; }

    /// <summary>Characters (UTF-16) of the reply that stand before <see cref="Text"/>, with <see cref="TurnEventKind.Tokens"/>.</summary>
    [Key("textOffset")] public int TextOffset { get; init; }

    /// <summary>Token ids.</summary>
    [Key("tokens")] public IReadOnlyList<int> Tokens { get; init; } = [];

    /// <summary>The text these tokens settled; it lags behind the tokens by what is not settled yet, such as half a character.</summary>
    [Key("text")] public string Text { get; init; } = "";

    /// <summary>Per token who guessed it: 0 = the model itself, 1 = the conversation's own n-grams.</summary>
    [Key("sources")] public IReadOnlyList<int> Sources { get; init; } = [];

    /// <summary>Per token the estimate, in [0, 1], that its draft would be accepted; 1 for the model's own.</summary>
    [Key("survival")] public IReadOnlyList<float> Survival { get; init; } = [];

    /// <summary>Per token the number of the verification step that brought it, from 0.</summary>
    [Key("steps")] public IReadOnlyList<int> Steps { get; init; } = [];

    /// <summary>Per token where its text ends in the reply, in UTF-16 code units. Empty in the replay of another model's reply.</summary>
    [Key("textEnds")] public IReadOnlyList<int> TextEnds { get; init; } = [];

    /// <summary>How the reply ended (<see cref="FinishReason"/>), with <see cref="TurnEventKind.End"/>.</summary>
    [Key("finish")] public string? Finish { get; init; }

    /// <summary>Why it failed, one line for the person, with <see cref="FinishReason.Error"/>.</summary>
    [Key("error")] public string? Error { get; init; }

    /// <summary>What the reply has taken so far.</summary>
    [Key("statistics")] public TurnStatistics? Statistics { get; init; }

    /// <summary>One per token where the settings asked for them, and only while the reply is written: they are not stored.</summary>
    [Key("logProbabilities")] public IReadOnlyList<TokenLogProbability> LogProbabilities { get; init; } = [];

    /// <summary>What the reply waits for (<see cref="WaitReason"/>), with <see cref="TurnEventKind.KeepAlive"/>; null where it just goes on. Any later event takes it back.</summary>
    [Key("waitsFor")] public string? WaitsFor { get; init; }

    /// <summary>How many replies that came earlier wait as well, where this one waits for the <see cref="WaitReason.Queue"/>.</summary>
    [Key("ahead")] public int? Ahead { get; init; }

    /// <summary>Says nothing: it fills the event up to a size that many others have, so that who watches the network cannot tell how many tokens came.</summary>
    [Key("obfuscation")] public string Obfuscation { get; init; } = "";
}

/// <summary>How probable a token was for the model itself: natural logarithms, before bias, penalties and temperature.</summary>
[MessagePackObject]
public sealed record TokenLogProbability
{
    /// <summary>The token.</summary>
    [Key("token")] public required int Token { get; init; }

    /// <summary>Its own.</summary>
    [Key("logProbability")] public required double LogProbability { get; init; }

    /// <summary>The most probable tokens at its place, best first; as many as were asked for.</summary>
    [Key("topTokens")] public IReadOnlyList<int> TopTokens { get; init; } = [];

    /// <summary>Theirs.</summary>
    [Key("topLogProbabilities")] public IReadOnlyList<double> TopLogProbabilities { get; init; } = [];
}

/// <summary>Values of <see cref="TurnEvent.Kind"/>.</summary>
public static class TurnEventKind
{
    /// <summary>Tokens and their text.</summary>
    public const string Tokens = "tokens";

    /// <summary>Nothing new; the reply is alive.</summary>
    public const string KeepAlive = "keepAlive";

    /// <summary>The reader is ahead of what is stored: it goes back to the event's position; its text follows with the next tokens.</summary>
    public const string Rewind = "rewind";

    /// <summary>The reply is over, and so is the stream.</summary>
    public const string End = "end";
}

/// <summary>Values of <see cref="TurnEvent.WaitsFor"/>.</summary>
public static class WaitReason
{
    /// <summary>The server cannot store what was said, and shows nothing that is not stored. Nothing is lost.</summary>
    public const string Storage = "storage";

    /// <summary>Nobody serves the conversation's model now; the reply goes on where somebody does.</summary>
    public const string Model = "model";

    /// <summary>The device has no room now; replies that came earlier go first (<see cref="TurnEvent.Ahead"/>).</summary>
    public const string Queue = "queue";
}

/// <summary>Values of <see cref="TurnEvent.Finish"/>.</summary>
public static class FinishReason
{
    /// <summary>The model ended its reply.</summary>
    public const string Stop = "stop";

    /// <summary>The longest allowed reply is reached.</summary>
    public const string Length = "length";

    /// <summary>Somebody stopped it; what it had said stays.</summary>
    public const string Cancelled = "cancelled";

    /// <summary>It failed; what it had said stays.</summary>
    public const string Error = "error";
}

/// <summary>What a reply took, and what speculation did for it.</summary>
[MessagePackObject]
public sealed record TurnStatistics
{
    /// <summary>Tokens of the prompt.</summary>
    [Key("promptTokens")] public int PromptTokens { get; init; }

    /// <summary>Tokens of the prompt that were not computed, because another turn of the tenant began alike.</summary>
    [Key("cachedTokens")] public int CachedTokens { get; init; }

    /// <summary>Messages at the beginning of the conversation that the prompt left out, because they do not fit any more.</summary>
    [Key("leftOut")] public int LeftOut { get; init; }

    /// <summary>Tokens of the reply.</summary>
    [Key("tokens")] public int Tokens { get; init; }

    /// <summary>Forward passes that decoded it; <see cref="Tokens"/> / <see cref="Steps"/> are the tokens per call.</summary>
    [Key("steps")] public int Steps { get; init; }

    /// <summary>Draft nodes verified.</summary>
    [Key("drafted")] public int Drafted { get; init; }

    /// <summary>Draft nodes accepted.</summary>
    [Key("accepted")] public int Accepted { get; init; }

    /// <summary>Seconds from the first token to the last.</summary>
    [Key("seconds")] public double Seconds { get; init; }

    /// <summary>Seconds from the acceptance of the message to the first token.</summary>
    [Key("timeToFirstToken")] public double TimeToFirstToken { get; init; }
}
