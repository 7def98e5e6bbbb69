using NGrammys.HistoryChecker;

// Argument: a history (JSON Lines). Exit code 0: every token once, in order, unaltered; 1: the faults are printed; 2: it cannot be read.
if (args.Length != 1)
{
    Console.Error.WriteLine("usage: NGrammys.HistoryChecker HISTORY.jsonl");
    return 2;
}

try
{
    var history = History.Read(File.ReadLines(args[0]));
    var faults = Checker.Check(history);
    foreach (var fault in faults) Console.WriteLine(fault);
    Console.WriteLine($"{history.Select(line => line.Turn).Distinct().Count()} turns, {history.Count(line => line.Kind == HistoryKind.Received)} frames, {faults.Count} faults");
    return faults.Count == 0 ? 0 : 1;
}
catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
{
    Console.Error.WriteLine($"NGrammys.HistoryChecker: {e.Message}");
    return 2;
}
