using System.Globalization;
using System.Text.Json;
using NGrammys.Inference.Abstractions;
using NGrammys.Inference.Bigrams;
using NGrammys.Inference.Cpu;
using NGrammys.Inference.Models;
using NGrammys.Inference.Tokenization;
using NGrammys.Speculation.Benchmarks;

// Arguments: model folder, folder for replies, nodes and the table, every n-th conversation, strategies (all, prefixes, or beginnings of names), files of questions.
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
if (args.Length < 5)
{
    Console.Error.WriteLine("Give MODEL_FOLDER OUTPUT_FOLDER EVERY_NTH STRATEGIES QUESTIONS.jsonl...; see benchmarks/README.md.");
    return 1;
}

var (path, kept, every, wanted) = (args[0], args[1], int.Parse(args[2], CultureInfo.InvariantCulture), args[3].Split(','));
var nodes = Directory.CreateDirectory(Path.Combine(kept, "nodes")).FullName;
var turns = new List<Turn>();
foreach (var questions in args[4..])
{
    var replies = await Replies.ReadAsync(questions, Path.Combine(kept, $"{Path.GetFileNameWithoutExtension(questions)}.replies"), path, every);
    var first = turns.Count == 0 ? 0 : turns[^1].Conversation + 1;
    // Spec-Bench has questions of MT-Bench: asked twice, they would be drafted from their own reply.
    var known = turns.Select(turn => string.Join(' ', turn.Prompt)).ToHashSet(StringComparer.Ordinal);
    var repeated = replies.Where(turn => turn.Earlier is null && known.Contains(string.Join(' ', turn.Prompt))).Select(turn => turn.Conversation).ToHashSet();
    turns.AddRange(replies.Where(turn => !repeated.Contains(turn.Conversation)).Select(turn => turn with { Conversation = first + turn.Conversation / every }));
}

using var model = ModelFolder.Open(path);
var longest = turns.Max(turn => turn.Prompt.Length + turn.Reply.Length);
using var executor = new CpuExecutor(model.Decoder, model.Weights, DataType.Float32, 2 * (longest + 256));
var prefix = BigramFile.PrefixOf(Tokenizer.Load(path, TimeProvider.System));
var bigram = BigramFile.Find(model, prefix)
    ?? throw new NGrammysException("This model's bigram table has not been built; run ngrammys model warm first.");
var unigram = UnigramFile.Find(model) ?? throw new NGrammysException("This model's unigram has not been built; run ngrammys model warm first.");
// Its own cache: the other one holds the texts.
using var roller = new CpuExecutor(model.Decoder, model.Weights, DataType.Float32, GreedyRollOut.KvRows(prefix.Length, Strategies.MostRows, Strategies.MostWidth));
var greedy = new GreedyRollOut(roller, bigram, prefix, Strategies.MostRows, Strategies.MostWidth);
var target = new TargetModel(executor, model.Decoder.VocabularySize, nodes, model.Fingerprint(DataType.Float32));
TableRow[] rows =
[
    .. Strategies.All(bigram, greedy, unigram)
        .Where(strategy => wanted is ["all"] || wanted.Any(name => strategy.Name.StartsWith(name, StringComparison.Ordinal)))
        .Concat(wanted.Contains("prefixes") ? Prefixed() : [])
        .Select(strategy => new TableRow(strategy)),
];
var recycles = rows.Any(row => row.Strategy.Recycles);
for (var i = 0; i < turns.Count; i++)
{
    if (recycles) target.Begin(turns[i]);
    foreach (var row in rows) row.Replay(turns[i], target);
    target.End();
    // A run that is broken off leaves what it has.
    if (i % 4 == 0 || i == turns.Count - 1) File.WriteAllText(Path.Combine(kept, "table.md"), Table.Write(model.Name, turns.GetRange(0, i + 1), rows));
    Console.Error.Write($"\rturn {i + 1} of {turns.Count}, {target.Computed} tokens computed");
}

Console.Error.WriteLine();
Console.WriteLine(Table.Write(model.Name, turns, rows));
return 0;

// Two more tables of the whole vocabulary: only for who asks.
IEnumerable<IStrategy> Prefixed()
{
    using var config = JsonDocument.Parse(File.ReadAllText(Path.Combine(path, "config.json")));
    var beginning = config.RootElement.GetProperty("bos_token_id").GetInt32();
    return [.. new Prefixes(executor, model.Decoder.VocabularySize, kept, model.Fingerprint(DataType.Float32)).Strategies(beginning, bigram)];
}
