using System.Globalization;

namespace NGrammys.Cli.Benchmarks.Scale;

/// <summary>The figures for a person to read.</summary>
internal static class ScaleTable
{
    /// <summary>Heads the rows of loads.</summary>
    public const string LoadHead = "silos  at once  tokens/s  replies/s  devices busy  they could  processors busy  they could  µs a token  limit";

    /// <summary>Heads the rows of open conversations.</summary>
    public const string OpenHead = "open    awake   KiB each  processor time of a turn  turns/s";

    /// <summary>A load.</summary>
    public static string Row(LoadFigures row) => string.Create(CultureInfo.InvariantCulture,
        $"{row.Silos,5}{row.AtOnce,9}{row.TokensPerSecond,10:f0}{row.RepliesPerSecond,11:f1}{(row.Free ? "no time" : $"{100 * row.DevicesBusy:f0} %"),14}{row.DevicesCould,12:f0}")
        + string.Create(CultureInfo.InvariantCulture, $"{100 * row.ProcessorsBusy,15:f0} %{row.ProcessorsCould,12:f0}{row.ProcessorMicrosecondsPerToken,12:f0}  {row.Limit}");

    /// <summary>Open conversations.</summary>
    public static string Row(OpenFigures row) => string.Create(CultureInfo.InvariantCulture,
        $"{row.Open,-8}{row.Awake,-8}{row.BytesEach / 1024.0,8:f1}{row.ProcessorMillisecondsPerTurn,23:f2} ms{row.TurnsPerSecond,9:f1}");
}
