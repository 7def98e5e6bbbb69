using Microsoft.Extensions.Logging;

namespace NGrammys.Inference.Engine;

public sealed partial class InferenceEngine
{
    [LoggerMessage(1001, LogLevel.Critical, "The engine has failed; it answers nothing any more until the process is restarted.")]
    private static partial void LogFailure(ILogger logger, Exception exception);
}
