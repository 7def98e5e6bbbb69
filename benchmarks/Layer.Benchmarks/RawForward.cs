using NGrammys.Inference.Execution;

namespace NGrammys.Layer.Benchmarks;

/// <summary>The forward passes alone: each prompt in one, then all roots together. Which tokens they read costs nothing; they read their prompts again.</summary>
internal sealed class RawForward(IForwardExecutor executor, int vocabulary) : ILayer
{
    private readonly ForwardBatch _batch = new();
    private float[] _logits = [];

    public string Name => "raw forward";

    public Task<int[]> RunAsync(Work work)
    {
        var rows = work.Prompts.Max(prompt => prompt.Length) + work.Tokens;
        if (_logits.Length == 0) _logits = new float[work.Prompts.Length * vocabulary];
        for (var i = 0; i < work.Prompts.Length; i++)
        {
            _batch.Clear();
            _batch.BeginSlice(i * rows, 0, work.Prompts[i].Length + work.Tokens);
            for (var at = 0; at < work.Prompts[i].Length; at++) _batch.Add(work.Prompts[i][at], at - 1, output: at == work.Prompts[i].Length - 1);
            executor.Forward(_batch, _logits.AsSpan(0, vocabulary));
        }

        // The last token of a reply is chosen and never read.
        for (var step = 0; step < work.Tokens - 1; step++)
        {
            _batch.Clear();
            for (var i = 0; i < work.Prompts.Length; i++)
            {
                _batch.BeginSlice(i * rows, work.Prompts[i].Length + step, work.Prompts[i].Length + work.Tokens);
                _batch.Add(work.Prompts[i][step % work.Prompts[i].Length], -1, output: true);
            }

            executor.Forward(_batch, _logits);
        }

        return Task.FromResult(Array.ConvertAll(work.Prompts, _ => work.Tokens));
    }
}
