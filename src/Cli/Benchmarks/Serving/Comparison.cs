namespace NGrammys.Cli.Benchmarks.Serving;

/// <summary>One target beside another under the same load.</summary>
/// <param name="Target">Who.</param>
/// <param name="Beside">Beside whom.</param>
/// <param name="Load">The load.</param>
/// <param name="Ratio">Median of the rounds' ratios of tokens per second.</param>
/// <param name="Least">The smallest of them.</param>
/// <param name="Most">The largest.</param>
/// <param name="Differing">Answers whose text is another; the same seeds and a server without noise give 0.</param>
internal sealed record Comparison(string Target, string Beside, Load Load, double Ratio, double Least, double Most, int Differing)
{
    public static Comparison Of(
        string target, string beside, Load load, IReadOnlyList<double> speeds, IReadOnlyList<double> besides, IReadOnlyList<ReplyTiming> replies, IReadOnlyList<ReplyTiming> others)
    {
        double[] ratios = [.. speeds.Zip(besides, (mine, other) => mine / other).Order()];
        var texts = others.Where(reply => reply.Error is null).ToDictionary(reply => (reply.Prompt, reply.Turn), reply => reply.Text);
        var differing = replies.Count(reply => reply.Error is null && texts.TryGetValue((reply.Prompt, reply.Turn), out var text) && text != reply.Text);
        return new Comparison(target, beside, load, Distribution.Quantile(ratios, 0.5), ratios[0], ratios[^1], differing);
    }
}
