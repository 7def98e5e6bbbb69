using Microsoft.Extensions.Logging.Abstractions;
using NGrammys.Inference.Abstractions;
using NGrammys.Inference.Engine;
using NGrammys.Inference.Execution;

namespace NGrammys.TestSupport;

/// <summary>An engine that says one letter after the other, each in a step that takes a set time, so that what everything around it takes shows on two processors as well.</summary>
public static class PacedEngine
{
    /// <summary>Starts one.</summary>
    /// <param name="step">What a pass takes, whatever is in it.</param>
    /// <param name="rows">Rows of its KV cache.</param>
    public static InferenceEngine Create(TimeSpan step, int rows)
    {
        var executor = new PacedExecutor(new ScriptedExecutor(ByteTokenizer.Vocabulary, rows, context => 'a' + (context.Count % 26)), step);
        return new InferenceEngine(new ModelInfo
        {
            Name = "paced",
            Fingerprint = "paced",
            ContextLength = 4096,
            VocabularySize = ByteTokenizer.Vocabulary,
            StopTokens = [ByteTokenizer.End],
            DataType = "float32",
            Device = executor.Device,
        }, executor, TimeProvider.System, NullLogger<InferenceEngine>.Instance, tokenizer: new ByteTokenizer());
    }

    private sealed class PacedExecutor(IForwardExecutor executor, TimeSpan step) : DelegatingExecutor(executor)
    {
        private readonly ManualResetEventSlim _never = new();

        public override void Forward(ForwardBatch batch, Span<float> logits)
        {
            var began = TimeProvider.System.GetTimestamp();
            base.Forward(batch, logits);
            var rest = step - TimeProvider.System.GetElapsedTime(began);
            if (rest > TimeSpan.Zero) _never.Wait(rest);
        }
    }
}
