using Microsoft.Extensions.Time.Testing;
using NGrammys.Inference.Abstractions;
using NGrammys.Inference.Engine;
using NGrammys.TestSupport;

namespace NGrammys.Inference.Tests.Engine;

/// <summary>The production scheduler under thousands of conversations of several tenants: fake executor, fake time, one thread, all of it from one seed.</summary>
public sealed class SchedulerSimulationTests(ITestOutputHelper output)
{
    private const int Chunk = 64;
    private const int Conversations = 2000;
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(10);

    [Theory]
    [InlineData(1, 3000, false)]
    [InlineData(2, 1500, false)]
    [InlineData(3, 900, true)]
    public void Every_reply_comes_to_its_end_with_the_right_tokens_and_nobody_waits_too_long(int seed, int rows, bool ownMemory)
    {
        using var world = new World(seed, rows, ownMemory);
        world.Run();
        output.WriteLine($"seed {seed}: {world}");
        Assert.True(world.Preempted > 0 && world.Reused > 0 && world.Refused > 0 && (world.Restored > 0) == ownMemory, $"seed {seed}: {world}");
        Assert.True(world.LongestWaitOfOthers * 4 < world.LongestWaitOfFlood, $"seed {seed}: {world}");
    }

    private sealed class World : IDisposable
    {
        private readonly Random _random;
        private readonly FakeTimeProvider _time = new();
        private readonly ChainExecutor _executor;
        private readonly SequenceRows _rows;
        private readonly SequenceTable _table;
        private readonly StepPlan _plan = new(Chunk, _ => []);
        private readonly StepRunner _runner;
        private readonly List<Owner> _owners = [];
        private readonly Queue<Owner> _refused = [];
        private readonly int _seed;
        private int _begun, _finished, _cancelled, _steps, _lateBackground;

        public World(int seed, int rows, bool ownMemory)
        {
            (_seed, _random) = (seed, new Random(seed));
            _executor = new ChainExecutor(rows, ownMemory, seed);
            _rows = new SequenceRows(_executor, "model");
            _table = new SequenceTable(_rows, _time);
            var model = new ModelInfo
            {
                Name = "m",
                Fingerprint = "model",
                ContextLength = 10_000,
                VocabularySize = ChainExecutor.Vocabulary,
                StopTokens = [],
                DataType = "float32",
                Device = "scripted",
            };
            _runner = new StepRunner(model, _executor, _time, _plan);
        }

        public long Preempted => _table.Preempted;

        public long Reused => _rows.Reused;

        public int Restored => _executor.Restored;

        public int Refused { get; private set; }

        public int LongestWaitOfFlood { get; private set; }

        public int LongestWaitOfOthers { get; private set; }

        public void Run()
        {
            // One tenant asks for everything at once; the others come by and by.
            for (var i = 0; i < Conversations / 4; i++) Begin("flood", [.. SystemPrompt(0), .. Text(_random.Next(1, 60))]);
            while (_owners.Count + _refused.Count > 0 || _begun < Conversations)
            {
                if (_begun < Conversations && _random.Next(50_000) < _executor.KvRows)
                {
                    var tenant = _random.Next(1, 5);
                    Begin($"{tenant}", [.. SystemPrompt(tenant), .. Text(_random.Next(20) == 0 ? 400 : _random.Next(1, 80))]);
                }

                Turn();
                Assert.True(_steps < 100_000, $"seed {_seed}: {_owners.Count} replies never end");
            }

            _table.Sweep();
            Assert.False(_table.Any, $"seed {_seed}: sequences are left");
            Assert.Equal(0, _rows.Used);
        }

        public void Dispose() => _executor.Dispose();

        public override string ToString() => $"{_finished} replies in {_steps} steps, {_cancelled} cancelled, {Preempted} preemptions, {Reused} tokens reused of "
            + $"{Reused + _runner.Done.Prefilled}, {Restored} rows restored; longest wait for the first token {LongestWaitOfFlood} steps in the flood, {LongestWaitOfOthers} beside it";

        private void Turn()
        {
            _time.Advance(Step);
            _table.Sweep();
            // Whoever was told to come again comes again by and by.
            for (var i = Math.Min(8, _refused.Count); i > 0; i--) Knock(_refused.Dequeue());
            _table.Admit();
            _table.Prepare();
            var runnable = _table.Runnable;
            var decoding = runnable.Where(sequence => sequence.Decoding).ToList();
            _steps++;
            if (runnable.Count > 0)
            {
                _runner.Run(runnable, _table.Paused);
                Assert.InRange(_plan.Prefilled, 0, Chunk);
                Assert.InRange(_plan.Steps.Sum(step => step.Tokens.Count), 0, 256);
                var carried = _plan.Steps.Where(step => step.CarriesRoot).Select(step => step.Sequence).ToHashSet();
                Assert.True(decoding.TrueForAll(carried.Contains), $"seed {_seed}: a root was held up");
            }

            for (var i = _owners.Count - 1; i >= 0; i--)
            {
                if (Ask(_owners[i])) _owners.RemoveAt(i);
            }
        }

        private void Begin(string tenant, int[] prompt)
        {
            _begun++;
            // Most replies are short; some are longer than what was promised to them.
            var longest = Math.Min(500, _executor.KvRows - prompt.Length - Sequence.MaxDraftNodes);
            var tokens = _random.Next(20) == 0 ? longest : _random.Next(1, 60);
            var request = EngineFixture.Request(prompt, tokens) with
            {
                Tenant = tenant,
                Background = _random.Next(8) == 0,
                RunAhead = tokens < 60 && _random.Next(4) == 0 ? _random.Next(1, 6) : 512,
            };
            var sequence = new Sequence(request, 10_000);
            _refused.Enqueue(new Owner(sequence, _steps, _random.Next(20) == 0 ? _random.Next(200) : int.MaxValue));
        }

        private void Knock(Owner owner)
        {
            try
            {
                _table.Add(owner.Sequence);
                _owners.Add(owner);
            }
            catch (EngineException e) when (e.Error == EngineError.Overloaded)
            {
                Refused++;
                _refused.Enqueue(owner);
            }
        }

        // True when the owner has nothing more to ask.
        private bool Ask(Owner owner)
        {
            var sequence = owner.Sequence;
            Assert.True(sequence.Overtaken <= WaitingQueue.Patience, $"seed {_seed}: overtaken {sequence.Overtaken} times");
            if (_steps - owner.Began > owner.Patience)
            {
                _table.Cancel(sequence.Request.Id);
                _cancelled++;
                return true;
            }

            if (owner.Answer is { Task.IsCompleted: false })
            {
                if (_steps - owner.Asked > 2000) Question(owner);
                return false;
            }

            if (owner.Answer?.Task.Result is { } result)
            {
                if (owner.Said.Count == 0) Wait(owner);
                foreach (var step in result.Steps) owner.Said.AddRange(step.Tokens);
                owner.Answer = null;
                if (result.Finish is not null) return End(owner);
            }

            // Some readers are slow.
            if (sequence.Request.RunAhead < 512 && _random.Next(3) > 0) return false;
            Question(owner);
            return false;
        }

        private void Question(Owner owner)
        {
            owner.Answer ??= new TaskCompletionSource<VerifyResult>();
            owner.Asked = _steps;
            _table.Verify(new VerifyRequest { Sequence = owner.Sequence.Request.Id, Position = owner.Said.Count, Draft = Draft(owner) }, owner.Answer);
        }

        private DraftNode[] Draft(Owner owner)
        {
            if (_random.Next(3) > 0) return [];
            var hash = ChainExecutor.Fold(ChainExecutor.Fold(ChainExecutor.Nothing, owner.Sequence.Request.Ids), owner.Said);
            var nodes = new DraftNode[_random.Next(5)];
            for (var i = 0; i < nodes.Length; i++)
            {
                var token = _random.Next(4) == 0 ? _random.Next(ChainExecutor.Vocabulary) : ChainExecutor.Token(hash);
                hash = ChainExecutor.Fold(hash, [token]);
                nodes[i] = new DraftNode(token, i - 1, 1, 0.9f);
            }

            return nodes;
        }

        private void Wait(Owner owner)
        {
            var waited = _steps - owner.Began;
            if (owner.Sequence.Request.Background) _lateBackground = Math.Max(_lateBackground, waited);
            else if (owner.Sequence.Request.Tenant == "flood") LongestWaitOfFlood = Math.Max(LongestWaitOfFlood, waited);
            else LongestWaitOfOthers = Math.Max(LongestWaitOfOthers, waited);
        }

        private bool End(Owner owner)
        {
            _table.Verify(new VerifyRequest { Sequence = owner.Sequence.Request.Id, Position = owner.Said.Count }, new TaskCompletionSource<VerifyResult>());
            var hash = ChainExecutor.Fold(ChainExecutor.Nothing, owner.Sequence.Request.Ids);
            foreach (var token in owner.Said)
            {
                Assert.True(token == ChainExecutor.Token(hash), $"seed {_seed}: another token than alone, after {owner.Sequence.Preemptions} preemptions");
                hash = ChainExecutor.Fold(hash, [token]);
            }

            Assert.Equal(owner.Sequence.Request.MaxTokens, owner.Said.Count);
            _finished++;
            var ids = owner.Sequence.Ids;
            if (_random.Next(3) == 0 && ids.Count < _executor.KvRows / 2) Begin(owner.Sequence.Request.Tenant, [.. ids, .. Text(_random.Next(1, 40))]);
            return true;
        }

        private int[] Text(int length) => [.. Enumerable.Range(0, length).Select(_ => _random.Next(ChainExecutor.Vocabulary))];

        private static IEnumerable<int> SystemPrompt(int tenant) => Enumerable.Range(0, 50 + 10 * tenant).Select(i => (i * i + tenant) % ChainExecutor.Vocabulary);
    }

    private sealed class Owner(Sequence sequence, int began, int patience)
    {
        public Sequence Sequence => sequence;

        public int Began => began;

        /// <summary>Steps after which it cancels.</summary>
        public int Patience => patience;

        public List<int> Said { get; } = [];

        public int Asked { get; set; }

        public TaskCompletionSource<VerifyResult>? Answer { get; set; }
    }
}
