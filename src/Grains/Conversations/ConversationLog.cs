using Microsoft.Extensions.Logging;
using NGrammys.Storage;

namespace NGrammys.Grains.Conversations;

internal static partial class ConversationLog
{
    [LoggerMessage(2001, LogLevel.Error, "Turn {Turn} failed; it is let go of and continues when the conversation is opened again.")]
    public static partial void LogTurnLost(this ILogger logger, Exception exception, Guid turn);

    [LoggerMessage(2002, LogLevel.Warning, "Turn {Turn} belongs to another activation now or is gone: {Outcome}.")]
    public static partial void LogTurnFenced(this ILogger logger, Guid turn, AppendOutcome outcome);

    [LoggerMessage(2003, LogLevel.Warning, "Turn {Turn} waits for the store: {Reason}")]
    public static partial void LogStoreAway(this ILogger logger, Guid turn, string reason);

    [LoggerMessage(2004, LogLevel.Warning, "Unfinished replies could not be looked for: {Reason}")]
    public static partial void LogSweepFailed(this ILogger logger, string reason);

    [LoggerMessage(2005, LogLevel.Warning, "Conversation {Conversation} could not be woken to finish a reply, or deleted for its age: {Reason}")]
    public static partial void LogNotSwept(this ILogger logger, Guid conversation, string reason);

    [LoggerMessage(2006, LogLevel.Warning, "A change in a list of conversations could not be told: {Reason}")]
    public static partial void LogListNotTold(this ILogger logger, string reason);

    [LoggerMessage(2007, LogLevel.Warning, "What a reply has cost, {Tokens} tokens, could not be charged to its key: {Reason}")]
    public static partial void LogNotCharged(this ILogger logger, int tokens, string reason);
}
