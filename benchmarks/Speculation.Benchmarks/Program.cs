using System.Globalization;
using NGrammys.Drafting;
using NGrammys.Inference.Abstractions;
using NGrammys.Inference.Bigrams;
using NGrammys.Inference.Cpu;
using NGrammys.Inference.Models;
using NGrammys.Inference.Tokenization;
using NGrammys.Speculation.Benchmarks;

// Arguments: model folder, folder for replies and the table, every n-th conversation, strategies (all, or beginnings of names), files of questions.
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
if (args.Length < 5)
{
    Console.Error.WriteLine("Give MODEL_FOLDER OUTPUT_FOLDER EVERY_NTH STRATEGIES QUESTIONS.jsonl...; see benchmarks/README.md.");
    return 1;
}

var (path, kept, every, wanted) = (args[0], args[1], int.Parse(args[2], CultureInfo.InvariantCulture), args[3].Split(','));
Directory.CreateDirectory(kept);
var turns = new List<Turn>();
foreach (var questions in args[4..])
{
    var replies = await Replies.ReadAsync(questions, Path.Combine(kept, $"{Path.GetFileNameWithoutExtension(questions)}-{every}.jsonl"), path, every);
    var first = turns.Count == 0 ? 0 : turns[^1].Conversation + 1;
    turns.AddRange(replies.Select(turn => turn with { Conversation = first + turn.Conversation / every }));
}

using var model = ModelFolder.Open(path);
var (vocabulary, longest) = (model.Decoder.VocabularySize, turns.Max(turn => turn.Prompt.Length + turn.Reply.Length));
using var executor = new CpuExecutor(model.Decoder, model.Weights, DataType.Float32, 2 * (longest + 256));
var bigram = BigramFile.Find(model, BigramFile.PrefixOf(Tokenizer.Load(path, TimeProvider.System)))
    ?? throw new NGrammysException("This model's bigram table has not been built; run ngrammys model warm first.");
var target = new TargetModel(executor, vocabulary);
(IStrategy Strategy, Score Score)[] rows =
[
    .. Strategies.All(bigram)
        .Where(strategy => wanted is ["all"] || wanted.Any(name => strategy.Name.StartsWith(name, StringComparison.Ordinal)))
        .Select(strategy => (strategy, new Score())),
];
for (var i = 0; i < turns.Count; i++)
{
    if (rows.Any(row => row.Strategy.Recycles)) target.Read(turns[i]);
    foreach (var (strategy, score) in rows) Replay(strategy, score, turns[i]);
    // A run that is broken off leaves what it has.
    File.WriteAllText(Path.Combine(kept, "table.md"), Table(i + 1));
    Console.Error.Write($"\rturn {i + 1} of {turns.Count}, {target.Nodes} nodes computed");
}

Console.WriteLine($"\n{Table(turns.Count)}");
return 0;

void Replay(IStrategy strategy, Score score, Turn turn)
{
    int[] text = [.. turn.Prompt, .. turn.Reply];
    strategy.Begin(turn);
    for (var position = turn.Prompt.Length; position < text.Length;)
    {
        var tree = strategy.Draft(text.AsSpan(0, position));
        var (accepted, node) = (0, DraftTree.Root);
        // The last token is always the model's own: nothing is verified behind the end.
        for (var next = 0; next < tree.Count && position + accepted < text.Length - 1; next++)
        {
            if (tree.Parents[next] != node || tree.Tokens[next] != text[position + accepted]) continue;
            (accepted, node) = (accepted + 1, next);
        }

        score.Add(turn, position, accepted + 1, strategy.Verified(tree));
        strategy.Observe(text.AsSpan(position, accepted + 1), strategy.Recycles ? target.Verify(position, tree) : default);
        position += accepted + 1;
    }
}

string Table(int done)
{
    string[] columns = ["all", "even", "odd", .. turns.Take(done).Select(turn => turn.Category).Distinct(), .. Score.Ranges];
    List<string> lines =
    [
        $"{model.Name}, {done} turns of {turns[done - 1].Conversation + 1} conversations, {rows[0].Score.Tokens("all")} tokens, greedy, float32; tokens per call (drafted per call)",
        "",
        $"| strategy | {string.Join(" | ", columns)} |",
        $"|---|{string.Concat(columns.Select(_ => "---|"))}",
    ];
    lines.AddRange(rows.Select(row => $"| {row.Strategy.Name} | "
        + string.Join(" | ", columns.Select(column => $"{row.Score.TokensPerCall(column):f2} ({row.Score.DraftedPerCall(column):f1})")) + " |"));
    lines.Add($"| tokens | {string.Join(" | ", columns.Select(column => rows[0].Score.Tokens(column)))} |");
    return string.Join('\n', lines);
}
