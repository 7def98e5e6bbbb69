namespace NGrammys.Overload.Benchmarks;

/// <summary>What a round has shown.</summary>
/// <param name="Crowd">Who was answered how.</param>
/// <param name="LongestQueue">Most that waited at once.</param>
/// <param name="Http">Tokens a second of the stream by HTTP, before the crowd and while it came.</param>
/// <param name="Hub">The same over the hub.</param>
/// <param name="Usual">What a short reply took before.</param>
/// <param name="Recovery">From when on, after the last had come, everybody was answered nearly as fast again.</param>
internal sealed record RoundFigures(Crowd Crowd, int LongestQueue, (double Quiet, double Loaded) Http, (double Quiet, double Loaded) Hub, TimeSpan Usual, TimeSpan? Recovery)
{
    public IEnumerable<string> Lines()
    {
        foreach (var way in Crowd.Ways)
        {
            yield return $"{way,-11}{Crowd.Count(way, Answer.Served)} served, {Crowd.Count(way, Answer.Refused)} refused {(way == "HTTP" ? "with 429 and Retry-After" : "as overloaded")}, "
                + $"{Crowd.Others(way).Sum(other => other.Count)} otherwise{string.Concat(Crowd.Others(way).Take(3).Select(other => $"; {other.Count} {other.Answer}"))}";
        }

        yield return $"queue      at most {LongestQueue} waited";
        yield return $"streams    {Speed("HTTP", Http)}; {Speed("hub", Hub)}";
        yield return $"recovery   {(Recovery is { } after ? $"{after.TotalSeconds:f1} s" : "not within the time that was watched")} until replies took what they did before ({Usual.TotalSeconds:f2} s)";
    }

    private static string Speed(string name, (double Quiet, double Loaded) speed) =>
        $"{name} {speed.Quiet:f1} tokens/s before, {speed.Loaded:f1} in the crowd ({100 * speed.Loaded / speed.Quiet:f0} %)";
}
