using NGrammys.Drafting;
using NGrammys.Grains.Interfaces.Conversations;
using NGrammys.Storage;

namespace NGrammys.Grains.Conversations;

/// <summary>Counts what speculation does for a reply.</summary>
internal static class Tally
{
    /// <summary>The statistics with one more row, which continues the reply.</summary>
    public static TurnStatistics With(this TurnStatistics statistics, TranscriptRow row)
    {
        var accepted = row.Sources.Count(source => source != 0);
        return statistics with
        {
            Tokens = row.Next,
            Steps = statistics.Steps + 1,
            Drafted = statistics.Drafted + row.Drafted,
            Accepted = statistics.Accepted + accepted,
            AcceptedPrediction = statistics.AcceptedPrediction + row.Sources.Count(source => source == (byte)DraftSource.Prediction),
            Histogram = row.Drafted == 0 ? statistics.Histogram : statistics.Histogram.With(accepted),
        };
    }
}
