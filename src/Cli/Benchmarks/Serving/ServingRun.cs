namespace NGrammys.Cli.Benchmarks.Serving;

/// <summary>Targets under loads, side by side: under each load the conversations are cut into rounds, and in every round each target holds the same ones.</summary>
internal sealed class ServingRun(IReadOnlyList<Target> targets, LoadGenerator generator, Limits limits)
{
    private const int MostRounds = 4;

    private readonly List<StageFigures> _stages = [];
    private readonly List<Comparison> _comparisons = [];
    private readonly List<(string Target, Load Load, ReplyTiming Reply)> _replies = [];

    /// <summary>Figures of every target under every load, the sum first and then category by category.</summary>
    public IReadOnlyList<StageFigures> Stages => _stages;

    /// <summary>How every other target compares with the first one.</summary>
    public IReadOnlyList<Comparison> Comparisons => _comparisons;

    /// <summary>Every answer.</summary>
    public IReadOnlyList<(string Target, Load Load, ReplyTiming Reply)> Replies => _replies;

    /// <summary>Runs a load.</summary>
    public async Task RunAsync(Load load, IReadOnlyList<Prompt> prompts, CancellationToken cancellationToken)
    {
        // A round has work for everybody who asks at once.
        var rounds = Math.Clamp(prompts.Count / Math.Max(1, 2 * (load.Concurrency ?? 4)), 1, MostRounds);
        var replies = targets.Select(_ => new List<ReplyTiming>()).ToArray();
        var seconds = new double[targets.Count];
        var speeds = targets.Select(_ => new List<double>()).ToArray();
        for (var round = 0; round < rounds; round++)
        {
            Prompt[] share = [.. prompts.Where((_, i) => i % rounds == round)];
            for (var i = 0; i < targets.Count; i++)
            {
                // Whoever comes first finds the machine colder; it is not always the same one.
                var turn = (i + round) % targets.Count;
                var (answers, took) = await generator.RunAsync(targets[turn], load, share, cancellationToken);
                replies[turn].AddRange(answers);
                seconds[turn] += took;
                speeds[turn].Add(answers.Where(reply => reply.Error is null).Sum(reply => reply.Tokens) / took);
            }
        }

        for (var i = 0; i < targets.Count; i++)
        {
            _stages.Add(StageFigures.Of(targets[i].Name, load, "all", replies[i], seconds[i], limits));
            foreach (var category in replies[i].GroupBy(reply => reply.Prompt.Category).OrderBy(group => group.Key, StringComparer.Ordinal))
                _stages.Add(StageFigures.Of(targets[i].Name, load, category.Key, [.. category], seconds[i], limits));
            if (i > 0) _comparisons.Add(Comparison.Of(targets[i].Name, targets[0].Name, load, speeds[i], speeds[0], replies[i], replies[0]));
            _replies.AddRange(replies[i].Select(reply => (targets[i].Name, load, reply)));
        }
    }
}
