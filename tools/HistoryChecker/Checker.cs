namespace NGrammys.HistoryChecker;

/// <summary>
/// Holds what clients received and kept against what is stored, and what is stored against an undisturbed run: every token once, in order, unaltered.
/// </summary>
public static class Checker
{
    /// <summary>All faults of a history, turn by turn.</summary>
    /// <exception cref="FormatException">A turn was read and has no transcript.</exception>
    public static IReadOnlyList<Fault> Check(IReadOnlyList<HistoryLine> history) => [.. history.GroupBy(line => line.Turn).SelectMany(turn => CheckTurn(turn.Key, [.. turn]))];

    private static IEnumerable<Fault> CheckTurn(string turn, HistoryLine[] lines)
    {
        var stored = lines.LastOrDefault(line => line.Kind == HistoryKind.Transcript)?.Tokens ?? throw new FormatException($"Turn {turn} has no transcript.");
        foreach (var reference in lines.Where(line => line.Kind == HistoryKind.Reference).Select(line => line.Tokens))
        {
            var same = stored.AsSpan().CommonPrefixLength(reference);
            if (same < Math.Min(stored.Length, reference.Length)) yield return new Fault(FaultKind.Altered, turn, "", same);
            else if (same < reference.Length) yield return new Fault(FaultKind.Lost, turn, "", same);
            else if (same < stored.Length) yield return new Fault(FaultKind.Altered, turn, "", same);
        }

        foreach (var client in lines.Where(line => line.Client.Length > 0).GroupBy(line => line.Client))
        {
            foreach (var fault in Received(turn, client.Key, [.. client.Where(line => line.Kind == HistoryKind.Received)], stored)) yield return fault;
            var ended = client.Any(line => line.Kind == HistoryKind.End);
            foreach (var fault in Kept(turn, client.Key, [.. client.Where(line => line.Kind == HistoryKind.Kept)], stored, ended)) yield return fault;
        }
    }

    /// <summary>Frames may be repeated, overlap and come from whichever silo: but what they say must be what is stored.</summary>
    private static IEnumerable<Fault> Received(string turn, string client, HistoryLine[] frames, int[] stored)
    {
        foreach (var frame in frames)
        {
            for (var i = 0; i < frame.Tokens.Length; i++)
            {
                var position = frame.Position + i;
                if (position >= stored.Length) yield return new Fault(FaultKind.Lost, turn, client, position);
                else if (stored[position] != frame.Tokens[i]) yield return new Fault(FaultKind.Altered, turn, client, position);
            }
        }
    }

    private static IEnumerable<Fault> Kept(string turn, string client, HistoryLine[] frames, int[] stored, bool ended)
    {
        var kept = frames.SelectMany(frame => frame.Tokens.Select((token, i) => (Position: frame.Position + i, Token: token))).ToArray();
        var seen = new HashSet<int>();
        var highest = -1;
        foreach (var (position, token) in kept)
        {
            if (!seen.Add(position)) yield return new Fault(FaultKind.Doubled, turn, client, position);
            else if (position < highest) yield return new Fault(FaultKind.Reordered, turn, client, position);
            if (position < stored.Length && stored[position] != token) yield return new Fault(FaultKind.Altered, turn, client, position);
            highest = Math.Max(highest, position);
        }

        // Who has not read to the end yet lacks only what came in front of what it has.
        for (var position = 0; position < (ended ? stored.Length : highest); position++)
        {
            if (!seen.Contains(position)) yield return new Fault(FaultKind.Lost, turn, client, position);
        }
    }
}
