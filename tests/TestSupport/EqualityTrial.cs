using NGrammys.Drafting;
using NGrammys.Inference.Abstractions;
using NGrammys.Inference.Engine;
using NGrammys.Inference.Execution;
using NGrammys.Inference.Models;
using Xunit;

namespace NGrammys.TestSupport;

/// <summary>How a sequence's drafts are made.</summary>
public enum DraftMode
{
    /// <summary>None.</summary>
    Off,

    /// <summary>By the product's drafter.</summary>
    Auto,

    /// <summary>By <see cref="AdversarialDrafts"/>.</summary>
    Adversarial,
}

/// <summary>A random model, and random replies of it: plain and alone, then in a mixed batch with drafts of every kind. Their tokens must be the same.</summary>
public sealed class EqualityTrial : IDisposable
{
    // In the first all have room at once, in the others they wait, move, and give up their rows.
    private static readonly int[] KvRows = [16 * 250, 700, 340];
    private static readonly DataType[] Arithmetics = [DataType.Float32, DataType.BFloat16, DataType.Int8];
    private static readonly int[] Chunks = [1, 2, 3, 5, 8, 17, 64, 256];

    // Some leave hardly a choice, some all but one; some end before the reply would, some never.
    private static readonly ConstraintSpecification[] Constraints =
    [
        new(ConstraintKind.Json),
        new(ConstraintKind.Regex, "[a-z ]{3,40}"),
        new(ConstraintKind.Regex, "(yes|no|perhaps)(, (yes|no|perhaps))*\\."),
        new(ConstraintKind.Regex, "The answer is [0-9]+ of 100\\."),
        new(ConstraintKind.JsonSchema, """{"type": "object", "properties": {"colour": {"enum": ["red", "green"]}, "n": {"type": "integer"}}, "required": ["colour", "n"], "additionalProperties": false}"""),
        new(ConstraintKind.JsonSchema, """{"type": "array", "items": {"type": "boolean"}}"""),
    ];

    private readonly int _seed;
    private readonly Random _random;
    private readonly TinyModel _model;
    private readonly EngineFixture _alone;
    private readonly EngineFixture _together;
    private readonly int _chunk;
    private readonly bool _reuses;
    private readonly OwnMemoryExecutor? _ownMemory;

    // Prompts and replies so far: the beginnings of later prompts.
    private readonly List<int[]> _texts = [];

    /// <summary>Makes the model and two engines: one for plain replies, one with a prefill chunk of its own for the batches.</summary>
    /// <param name="seed">Decides everything.</param>
    /// <param name="create">Makes an executor for a model, an arithmetic and a number of KV rows.</param>
    /// <param name="family">model_type of the model; null = Llama's, stored in any type.</param>
    public EqualityTrial(int seed, Func<ModelFolder, DataType, int, IForwardExecutor> create, string? family = null)
    {
        (_seed, _random) = (seed, new Random(seed));
        _model = family is null
            ? new TinyModel(_random.Next(), (DataType)_random.Next(3), tied: _random.Next(2) == 0)
            : new TinyModel(TinyFamilies.Configuration(family), _random.Next());
        _chunk = Chunks[_random.Next(Chunks.Length)];
        var arithmetic = Arithmetics[_random.Next(Arithmetics.Length)];
        _reuses = _random.Next(4) > 0;
        Rows = KvRows[_random.Next(KvRows.Length)];
        _alone = Engine(create(_model.Folder, arithmetic, KvRows[0]), 256);
        var executor = create(_model.Folder, arithmetic, Rows);
        if (_random.Next(2) == 0) executor = _ownMemory = new OwnMemoryExecutor(executor);
        _together = Engine(executor, _chunk);

        EngineFixture Engine(IForwardExecutor executor, int chunk) => new(executor, _model.Folder.Decoder.VocabularySize,
            _model.Folder.Decoder.ContextLength, prefillChunk: chunk, tokenizer: new TinyTokenizer());
    }

    /// <summary>Sequences compared whose text was held to something.</summary>
    public int Constrained { get; private set; }

    /// <summary>Sequences compared that had stop strings.</summary>
    public int WithStopStrings { get; private set; }

    /// <summary>Tokens that the engine itself had guessed from a constraint, accepted.</summary>
    public long Forced { get; private set; }

    /// <summary>Sequences compared, by mode.</summary>
    public int[] Cases { get; } = new int[3];

    /// <summary>Batches by their size.</summary>
    public int[] Batches { get; } = new int[17];

    /// <summary>Prefill chunk of the batches.</summary>
    public int Chunk => _chunk;

    /// <summary>KV rows of the batches.</summary>
    public int Rows { get; }

    /// <summary>Tokens that did not have to be computed, because others had begun alike.</summary>
    public long Reused => _together.Engine.Load.Reused;

    /// <summary>How often a sequence gave up its rows and went on later.</summary>
    public long Preempted => _together.Engine.Load.Preempted;

    /// <summary>Rows that came back from host memory.</summary>
    public long Restored => _ownMemory?.Restored ?? 0;

    /// <summary>Tokens compared.</summary>
    public long Tokens { get; private set; }

    /// <summary>Draft nodes verified.</summary>
    public long Drafted { get; private set; }

    /// <summary>Draft tokens accepted.</summary>
    public long Accepted { get; private set; }

    /// <summary>Compares the sequences of one batch.</summary>
    public async Task RunAsync()
    {
        var requests = Enumerable.Range(0, _random.Next(1, 17)).Select(_ => Request()).ToList();
        var expected = new List<int[]>();
        foreach (var request in requests) expected.Add(Said(await _alone.RunAsync(request with { Id = Guid.NewGuid(), Tenant = Stranger(), ExpectsDrafts = false })));
        var modes = requests.ConvertAll(_ => (DraftMode)_random.Next(3));
        var seeds = requests.ConvertAll(_ => _random.Next());
        var replies = await Task.WhenAll(requests.Select((request, i) =>
            _together.RunAsync(request with { ExpectsDrafts = modes[i] != DraftMode.Off }, Drafter(modes[i], request, expected[i], seeds[i]))));
        Batches[requests.Count]++;
        for (var i = 0; i < requests.Count; i++)
        {
            Assert.True(expected[i].AsSpan().SequenceEqual(Said(replies[i])),
                $"seed {_seed}, chunk {_chunk}, {Rows} rows{(_ownMemory is null ? "" : " of its own")}{(_reuses ? ", reused" : "")}, {modes[i]} in a batch of {requests.Count}: [{string.Join(' ', Said(replies[i]))}] instead of [{string.Join(' ', expected[i])}]");
            Cases[(int)modes[i]]++;
            _texts.Add([.. requests[i].Ids, .. expected[i]]);
            Tokens += expected[i].Length;
            Drafted += replies[i].Sum(step => step.Drafted);
            Accepted += replies[i].Sum(step => step.Sources.Count(source => source != 0));
            Constrained += requests[i].Constraint is null ? 0 : 1;
            WithStopStrings += requests[i].StopStrings.Length > 0 ? 1 : 0;
            Forced += replies[i].Sum(step => step.Sources.Count(source => source == (byte)DraftSource.Constraint));
        }
    }

    /// <summary>Stops the engines and deletes the model.</summary>
    public void Dispose()
    {
        _alone.Dispose();
        _together.Dispose();
        _model.Dispose();
    }

    private SequenceRequest Request()
    {
        var vocabulary = _model.Folder.Decoder.VocabularySize;
        // A few distinct tokens make prompts that repeat themselves, so that honest drafts are accepted, too.
        var distinct = _random.Next(2, vocabulary);
        var constraint = _random.Next(3) == 0 ? Constraints[_random.Next(Constraints.Length)] : null;
        int[] prompt = [.. Beginning(), .. Enumerable.Range(0, _random.Next(1, 48)).Select(_ => _random.Next(distinct))];
        return EngineFixture.Request(prompt, _random.Next(1, _random.Next(6) == 0 ? 80 : 25)) with
        {
            Tenant = _reuses ? $"{_random.Next(2)}" : Stranger(),
            Background = _random.Next(4) == 0,
            RunAhead = _random.Next(4) == 0 ? _random.Next(1, 4) : 512,
            Choice = _random.Next(3),
            // A constrained text is made of words, so what ends it must be none.
            StopTokens = [.. Enumerable.Range(0, _random.Next(4)).Select(_ => _random.Next(constraint is null ? vocabulary : TinyTokenizer.Marks))],
            StopStrings = [.. Enumerable.Range(0, _random.Next(3)).Select(_ => StopString())],
            MinTokens = _random.Next(4) == 0 ? 1 : 0,
            Constraint = constraint,
            Sampling = new SamplingParameters
            {
                Temperature = _random.Next(2) == 0 ? 0 : 0.2 + 1.3 * _random.NextDouble(),
                TopK = _random.Next(3) == 0 ? _random.Next(1, 20) : 0,
                TopP = Sometimes(1, 0.3, 1),
                MinP = Sometimes(0, 0, 0.3),
                TypicalP = Sometimes(1, 0.3, 1),
                // These look at the path of each node.
                RepetitionPenalty = Sometimes(1, 0.7, 1.5),
                PresencePenalty = Sometimes(0, -1, 2),
                FrequencyPenalty = Sometimes(0, -1, 2),
                LogitBias = [.. Enumerable.Range(0, _random.Next(3)).Select(i => new TokenBias(50 * i + _random.Next(50), 20 * _random.NextDouble() - 10))],
                Seed = (ulong)_random.NextInt64(),
            },
        };

        int[] Beginning()
        {
            if (_texts.Count == 0 || _random.Next(2) == 0) return [];
            var text = _texts[_random.Next(_texts.Count)];
            return text[..(_random.Next(2) == 0 ? Math.Min(text.Length, 120) : _random.Next(Math.Min(text.Length, 120) + 1))];
        }

        string StopString()
        {
            int[] words = [.. Enumerable.Range(0, _random.Next(1, 3)).Select(_ => _random.Next(TinyTokenizer.Marks, vocabulary))];
            return new TinyTokenizer().Decode(words, skipSpecial: true);
        }

        double Sometimes(double otherwise, double least, double most) => _random.Next(4) == 0 ? least + (most - least) * _random.NextDouble() : otherwise;
    }

    // A tenant of one sequence: nothing that it computes is found by others.
    private static string Stranger() => $"{Guid.NewGuid()}";

    private Func<List<int>, DraftNode[]>? Drafter(DraftMode mode, SequenceRequest request, int[] reply, int seed) => mode switch
    {
        DraftMode.Off => null,
        DraftMode.Auto => new HonestDrafts(request.Ids).Next,
        _ => context => new AdversarialDrafts(new Random(seed + context.Count), _model.Folder.Decoder.VocabularySize, reply, maxNodes: 70)
            .Next(context.Count - request.Ids.Length),
    };

    private static int[] Said(List<StepResult> steps) => [.. steps.SelectMany(step => step.Tokens)];
}
