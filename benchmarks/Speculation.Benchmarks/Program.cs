using System.Globalization;
using NGrammys.Drafting;
using NGrammys.Inference.Bigrams;
using NGrammys.Inference.Cpu;
using NGrammys.Inference.Models;
using NGrammys.Speculation.Benchmarks;

// Arguments: model folder, folder for replies and tables, every n-th conversation, files of questions.
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var (path, kept, every) = (args[0], args[1], int.Parse(args[2], CultureInfo.InvariantCulture));
Directory.CreateDirectory(kept);
var turns = new List<Turn>();
foreach (var questions in args[3..])
{
    var replies = await Replies.ReadAsync(questions, Path.Combine(kept, $"{Path.GetFileNameWithoutExtension(questions)}-{every}.jsonl"), path, every);
    var first = turns.Count == 0 ? 0 : turns[^1].Conversation + 1;
    turns.AddRange(replies.Select(turn => turn with { Conversation = first + turn.Conversation / every }));
}

using var model = ModelFolder.Open(path);
var vocabulary = model.Decoder.VocabularySize;
var longest = turns.Max(turn => turn.Prompt.Length + turn.Reply.Length);
using var executor = new CpuExecutor(model.Decoder, model.Weights, DataType.Float32, 2 * (longest + 256));
var bigram = Bigram(null);
var started = Bigram(1);
var target = new TargetModel(executor, vocabulary);
(IStrategy Strategy, Score Score)[] rows = [.. Strategies().Select(strategy => (strategy, new Score()))];
for (var i = 0; i < turns.Count; i++)
{
    target.Read(turns[i]);
    foreach (var (strategy, score) in rows) Replay(strategy, score, turns[i]);
    if (Environment.GetEnvironmentVariable("BENCH_LOG") is not null && (i % 10 == 9 || i == turns.Count - 1)) Table(i + 1);
    else Console.Error.Write($"\rturn {i + 1} of {turns.Count}, {target.Nodes} nodes computed");
}

Table(turns.Count);

ModelBigram Bigram(int? first)
{
    if (BigramFile.Find(model, first) is { } found) return found;
    var made = BigramBuilder.Build(executor, vocabulary, first, done => Console.Error.Write($"\rbigram: {done} of {vocabulary}"));
    BigramFile.Save(model, first, made);
    return made;
}

IEnumerable<IStrategy> Strategies()
{
    foreach (var (k, w) in ((int, int)[])[(10, 10), (5, 14), (1, 10)])
    {
        yield return new PaperStrategy(k, w, bigram);
    }

    yield return new PaperStrategy(10, 10, started);
    yield return new TreeStrategy("context", () => [new ContextSource()], 16);
    yield return new TreeStrategy("bigram", () => [new BigramSource(bigram)], 16);
    yield return new TreeStrategy("bigram behind BOS", () => [new BigramSource(started)], 16);
    yield return new TreeStrategy("recycled 1", () => [new RecycledSource(1)], 16);
    yield return new TreeStrategy("context+bigram", () => [new ContextSource(), new BigramSource(bigram)], 16);
    foreach (var average in (int[])[8, 16, 32])
    {
        yield return new TreeStrategy($"adaptive r1 {average}", () => [new ContextSource(), new RecycledSource(1), new BigramSource(bigram)], average);
        yield return new TreeStrategy($"adaptive r12 {average}", () => [new ContextSource(), new RecycledSource(2), new RecycledSource(1), new BigramSource(bigram)], average);
    }

    yield return new TreeStrategy($"adaptive r123 16", () => [new ContextSource(), new RecycledSource(3), new RecycledSource(2), new RecycledSource(1), new BigramSource(bigram)], 16);
}

void Replay(IStrategy strategy, Score score, Turn turn)
{
    int[] text = [.. turn.Prompt, .. turn.Reply];
    strategy.Begin(turn);
    for (var position = turn.Prompt.Length; position < text.Length;)
    {
        var tree = strategy.Draft(text.AsSpan(0, position));
        var (accepted, node) = (0, DraftTree.Root);
        for (var next = 0; next < tree.Count && position + accepted < text.Length - 1; next++)
        {
            if (tree.Parents[next] != node || tree.Tokens[next] != text[position + accepted]) continue;
            (accepted, node) = (accepted + 1, next);
        }

        score.Add(turn, position, accepted + 1, strategy.Verified(tree));
        var verified = strategy.Recycles ? target.Verify(position, tree) : default;
        strategy.Observe(text.AsSpan(position, accepted + 1), verified);
        position += accepted + 1;
    }
}

void Table(int done)
{
    Console.WriteLine($"\n{done} turns, {rows[0].Score.Tokens("all")} tokens, {target.Nodes} nodes computed");
    string[] columns = ["all", "even", "odd", .. turns.Take(done).Select(turn => turn.Category).Distinct(), .. Score.Ranges];
    Console.WriteLine($"{"",-20}{string.Join("", columns.Select(column => $"{(column.Length > 9 ? column[..9] : column),13}"))}");
    foreach (var (strategy, score) in rows)
        Console.WriteLine($"{strategy.Name,-20}{string.Join("", columns.Select(column => $"{score.TokensPerCall(column),7:f2}{score.DraftedPerCall(column),6:f1}"))}");
}
