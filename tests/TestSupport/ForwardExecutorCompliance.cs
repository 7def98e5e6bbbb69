using NGrammys.Inference.Execution;
using NGrammys.Inference.Models;
using Xunit;

namespace NGrammys.TestSupport;

/// <summary>What every executor owes: the reference's logits, and that neither the cutting into passes, nor the company, nor tree or chain changes them.</summary>
public abstract class ForwardExecutorCompliance : IDisposable
{
    private const int KvRows = 200;

    private readonly TinyModel _model;
    private readonly IForwardExecutor _executor;
    private readonly Random _random = new(11);

    /// <summary>Makes the model and the executor under test.</summary>
    /// <param name="type">How the weights are stored.</param>
    /// <param name="create">Makes the executor for a model and a number of KV rows.</param>
    protected ForwardExecutorCompliance(DataType type, Func<ModelFolder, int, IForwardExecutor> create)
    {
        _model = new TinyModel(seed: 7, type);
        _executor = create(_model.Folder, KvRows);
    }

    /// <summary>Largest allowed difference of a logit from the float64 reference.</summary>
    protected abstract double ReferenceTolerance { get; }

    /// <summary>Largest allowed difference of a logit between two ways to compute it; 0: the same bits.</summary>
    protected abstract double Tolerance { get; }

    private int Vocabulary => _model.Folder.Decoder.VocabularySize;

    [Fact]
    public void Forward_of_a_chain_gives_the_logits_of_the_reference()
    {
        var tokens = Tokens(30);

        Near(new ReferenceDecoder(_model.Folder).Logits(tokens), RunChain(5, 0, tokens), ReferenceTolerance);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(16)]
    [InlineData(29)]
    public void Forward_in_chunks_equals_one_pass(int chunk)
    {
        var tokens = Tokens(40);
        var whole = RunChain(0, 0, tokens);
        var parts = new List<float[]>();
        for (var start = 0; start < tokens.Length; start += chunk)
            parts.AddRange(RunChain(100, start, tokens[start..Math.Min(start + chunk, tokens.Length)]));

        Near(whole, parts, Tolerance);
    }

    [Fact]
    public void Forward_of_a_tree_equals_its_paths_run_as_chains()
    {
        var prefix = Tokens(9);
        for (var trial = 0; trial < 5; trial++)
        {
            var (tokens, parents) = RandomTree(14);
            RunChain(3, 0, prefix);
            var tree = Run(3, prefix.Length, tokens, parents);
            for (var node = 0; node < tokens.Length; node++)
            {
                var path = Path(tokens, parents, node);
                Near(RunChain(60, 0, [.. prefix, .. path])[^1], tree[node], Tolerance);
            }
        }
    }

    [Fact]
    public void Forward_of_several_sequences_equals_each_alone()
    {
        int[][] sequences = [Tokens(20), Tokens(1), Tokens(33)];
        int[] firstRows = [10, 40, 50], prefixes = [19, 0, 12];
        var (draft, parents) = RandomTree(10);
        var alone = new List<float[]>();
        for (var i = 0; i < sequences.Length; i++)
        {
            RunChain(firstRows[i], 0, sequences[i]);
            alone.AddRange(Run(firstRows[i], prefixes[i], draft, parents));
        }

        var batch = new ForwardBatch();
        for (var i = 0; i < sequences.Length; i++)
        {
            RunChain(firstRows[i], 0, sequences[i]);
            AddSlice(batch, firstRows[i], prefixes[i], draft, parents, _ => true);
        }

        Near(alone, Run(batch), Tolerance);
    }

    [Fact]
    public void Forward_gives_logits_of_the_wanted_nodes_alone_in_order()
    {
        var tokens = Tokens(25);
        var all = RunChain(0, 0, tokens);
        var batch = new ForwardBatch();
        AddSlice(batch, 50, 0, tokens, Chain(tokens.Length), node => node is 3 or 4 or 19);

        Near([all[3], all[4], all[19]], Run(batch), Tolerance);
    }

    [Fact]
    public void Forward_without_wanted_nodes_fills_the_cache()
    {
        var tokens = Tokens(25);
        var expected = RunChain(0, 0, tokens)[^1];
        var batch = new ForwardBatch();
        AddSlice(batch, 50, 0, tokens[..^1], Chain(tokens.Length - 1), _ => false);

        Assert.Empty(Run(batch));
        Near(expected, RunChain(50, 24, tokens[^1..])[0], Tolerance);
    }

    [Fact]
    public void MoveRows_of_an_accepted_path_continues_as_if_the_path_had_come_alone()
    {
        var prefix = Tokens(9);
        for (var trial = 0; trial < 5; trial++)
        {
            var (tokens, parents) = RandomTree(14);
            var node = _random.Next(tokens.Length);
            int[] path = [.. Path(tokens, parents, node)], next = Tokens(3);
            RunChain(3, 0, prefix);
            Run(3, prefix.Length, tokens, parents);
            var rows = new Stack<int>();
            for (var n = node; n >= 0; n = parents[n]) rows.Push(3 + prefix.Length + n);
            _executor.MoveRows([.. rows], 3 + prefix.Length);

            Near(
                RunChain(60, 0, [.. prefix, .. path, .. next])[^3..],
                RunChain(3, prefix.Length + path.Length, next),
                Tolerance);
        }
    }

    [Theory]
    [InlineData(3, 60, 20)]
    [InlineData(60, 3, 20)]
    [InlineData(3, 11, 20)]
    [InlineData(11, 3, 20)]
    public void CopyRows_continues_there_as_here(int from, int to, int count)
    {
        int[] prefix = Tokens(count), next = Tokens(3);
        var expected = RunChain(120, 0, [.. prefix, .. next])[^3..];
        RunChain(from, 0, prefix);
        _executor.CopyRows(from, to, count);

        Near(expected, RunChain(to, count, next), Tolerance);
    }

    [Fact]
    public void Rows_read_out_and_written_back_elsewhere_continue_as_if_they_had_stayed()
    {
        int[] prefix = Tokens(20), next = Tokens(3);
        var expected = RunChain(3, 0, [.. prefix, .. next])[^3..];
        var rows = new byte[20 * _executor.RowBytes];
        _executor.ReadRows(3, 20, rows);
        RunChain(0, 0, Tokens(100));
        _executor.WriteRows(rows, 77, 20);

        Near(expected, RunChain(77, 20, next), Tolerance);
    }

    /// <summary>Frees executor and model.</summary>
    public void Dispose()
    {
        _executor.Dispose();
        _model.Dispose();
        GC.SuppressFinalize(this);
    }

    private int[] Tokens(int count) => [.. Enumerable.Range(0, count).Select(_ => _random.Next(Vocabulary))];

    private (int[] Tokens, int[] Parents) RandomTree(int count) => (Tokens(count), [.. Enumerable.Range(0, count).Select(node => _random.Next(-1, node))]);

    private static int[] Chain(int count) => [.. Enumerable.Range(-1, count)];

    private static IEnumerable<int> Path(int[] tokens, int[] parents, int node) =>
        node < 0 ? [] : Path(tokens, parents, parents[node]).Append(tokens[node]);

    private float[][] RunChain(int firstRow, int prefix, int[] tokens) => Run(firstRow, prefix, tokens, Chain(tokens.Length));

    private float[][] Run(int firstRow, int prefix, int[] tokens, int[] parents)
    {
        var batch = new ForwardBatch();
        AddSlice(batch, firstRow, prefix, tokens, parents, _ => true);
        return Run(batch);
    }

    private float[][] Run(ForwardBatch batch)
    {
        var logits = new float[batch.Outputs.Count * Vocabulary];
        _executor.Forward(batch, logits);
        return [.. logits.Chunk(Vocabulary)];
    }

    private static void AddSlice(ForwardBatch batch, int firstRow, int prefix, int[] tokens, int[] parents, Func<int, bool> wanted)
    {
        batch.BeginSlice(firstRow, prefix);
        var start = batch.Count;
        for (var i = 0; i < tokens.Length; i++) batch.Add(tokens[i], parents[i] < 0 ? -1 : start + parents[i], wanted(i));
    }

    private static void Near(double[][] expected, float[][] actual, double tolerance) =>
        Near(expected.SelectMany(row => row), actual.SelectMany(row => row), tolerance);

    private static void Near(IReadOnlyCollection<float[]> expected, IReadOnlyCollection<float[]> actual, double tolerance) =>
        Near(expected.SelectMany(row => row).ToArray(), actual.SelectMany(row => row).ToArray(), tolerance);

    private static void Near(float[] expected, float[] actual, double tolerance) =>
        Near(expected.Select(logit => (double)logit), actual, tolerance);

    private static void Near(IEnumerable<double> expected, IEnumerable<float> actual, double tolerance)
    {
        double[] wanted = [.. expected], got = [.. actual.Select(logit => (double)logit)];
        Assert.Equal(wanted.Length, got.Length);
        Assert.All(got, logit => Assert.True(double.IsFinite(logit)));
        var largest = wanted.Zip(got, (a, b) => Math.Abs(a - b)).Max();
        Assert.True(largest <= tolerance, $"a logit differs by {largest:g3}, allowed is {tolerance:g3}");
    }
}
