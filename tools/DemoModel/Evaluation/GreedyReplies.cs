using NGrammys.DemoModel.Questions;
using NGrammys.DemoModel.Tokenization;
using NGrammys.DemoModel.Training;
using static TorchSharp.torch;

namespace NGrammys.DemoModel.Evaluation;

/// <summary>Greedy replies of a model folder, in float32.</summary>
internal sealed class GreedyReplies : IDisposable
{
    private const int LongestReply = 120;
    private const int QuestionsAtOnce = 50;

    private readonly ChatTokenizer _tokenizer;
    private readonly DecoderParameters _weights;
    private readonly Decoder _decoder;

    /// <summary>Loads a model.</summary>
    public GreedyReplies(string folder)
    {
        _tokenizer = ChatTokenizer.Load(folder);
        (var shape, _weights) = HuggingFaceFolder.Read(folder);
        _decoder = new(shape, ScalarType.Float32);
    }

    /// <summary>Replies to questions, each at the beginning of a conversation; null for one that did not end by itself.</summary>
    public IReadOnlyList<string?> To(IReadOnlyList<string> questions) => [.. questions.Chunk(QuestionsAtOnce).SelectMany(Reply)];

    /// <summary>
    /// Perplexity of given replies to their questions: e to the mean negative log-likelihood of a token of a reply, its end included.
    /// </summary>
    public double Perplexity(IEnumerable<Exchange> exchanges)
    {
        using var gradients = no_grad();
        var (sum, count) = (0.0, 0);
        foreach (var exchange in exchanges)
        {
            using var scope = NewDisposeScope();
            var prompt = _tokenizer.EncodePrompt(exchange.Question);
            var reply = _tokenizer.EncodeReply(exchange.Reply);
            var ids = tensor(prompt.Concat(reply).SkipLast(1).Select(id => (long)id).ToArray()).view(1, -1);
            var logits = Logits(_decoder.Forward(_weights, ids).narrow(0, prompt.Count - 1, reply.Count));
            var targets = tensor(reply.Select(id => (long)id).ToArray());
            sum += nn.functional.cross_entropy(logits, targets, reduction: nn.Reduction.Sum).item<float>();
            count += reply.Count;
        }
        return Math.Exp(sum / count);
    }

    /// <inheritdoc />
    public void Dispose() => _decoder.Dispose();

    private IEnumerable<string?> Reply(string[] questions)
    {
        using var gradients = no_grad();
        var prompts = questions.Select(question => _tokenizer.EncodePrompt(question)).ToList();
        var rows = prompts.Select(prompt => prompt.Select(id => (long)id).ToList()).ToList();
        var running = Enumerable.Range(0, rows.Count).ToList();
        for (var step = 0; step < LongestReply && running.Count > 0; step++)
        {
            using var scope = NewDisposeScope();
            // Padding on the right is never seen: a position attends to what lies before it only.
            var length = running.Max(row => rows[row].Count);
            var padded = running.SelectMany(row => rows[row].Concat(Enumerable.Repeat(0L, length - rows[row].Count))).ToArray();
            var ids = tensor(padded).view(running.Count, length);
            var last = tensor(running.Select((row, i) => (long)i * length + rows[row].Count - 1).ToArray());
            var next = Logits(_decoder.Forward(_weights, ids).index_select(0, last)).argmax(1).data<long>().ToArray();
            for (var i = 0; i < next.Length; i++)
            {
                rows[running[i]].Add(next[i]);
            }
            running.RemoveAll(row => rows[row][^1] == _tokenizer.EndId);
        }
        return rows.Select((row, i) => row[^1] == _tokenizer.EndId ? Text(row.Skip(prompts[i].Count)) : null);
    }

    private string Text(IEnumerable<long> ids) => _tokenizer.Decode(ids.Select(id => (int)id));

    private Tensor Logits(Tensor hidden) => matmul(hidden, _weights.Embedding.t());
}
