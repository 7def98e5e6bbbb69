namespace NGrammys.WebFrontend.Hubs;

internal sealed partial class Refusals
{
    [LoggerMessage(1001, LogLevel.Warning, "A grain could not be reached")]
    private partial void LogUnreachable(Exception error);

    [LoggerMessage(1002, LogLevel.Error, "A hub method failed")]
    private partial void LogMistake(Exception error);
}
