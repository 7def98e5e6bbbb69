using static TorchSharp.torch;

namespace NGrammys.DemoModel.Training;

/// <summary>
/// All weights of the model in four tensors, layers stacked: one forward pass takes them apart, one optimizer step treats all matrices
/// of a kind at once. V, D, F, L are the sizes of vocabulary, stream, feed-forward layer and depth.
/// </summary>
/// <param name="Embedding">[V, D], also the output head.</param>
/// <param name="Attention">[L, 4, D, D]: query, key, value, output of each layer, as [outputs, inputs].</param>
/// <param name="FeedForward">[L, 3, F, D]: gate, up and the transpose of down.</param>
/// <param name="Norms">[2 L + 1, D]: before attention and before the feed-forward layer of each layer, then the last.</param>
internal sealed record DecoderParameters(Tensor Embedding, Tensor Attention, Tensor FeedForward, Tensor Norms)
{
    /// <summary>The four tensors with their names in a checkpoint.</summary>
    public IEnumerable<(string Name, Tensor Value)> All =>
        [("embedding", Embedding), ("attention", Attention), ("feed_forward", FeedForward), ("norms", Norms)];

    /// <summary>Random weights in float32.</summary>
    public static DecoderParameters Initial(DecoderShape shape, int seed)
    {
        manual_seed(seed);
        var (layers, width, inner) = (shape.Layers, shape.Width, shape.FeedForward);
        var parameters = new DecoderParameters(
            randn(shape.VocabularySize, width) * 0.02,
            randn(layers, 4, width, width) * (0.5 / Math.Sqrt(width)),
            randn(layers, 3, inner, width) * (0.5 / Math.Sqrt(width)),
            ones(2 * layers + 1, width));
        // What writes to the stream starts at nothing, so that depth costs no stability.
        parameters.Attention.select(1, 3).zero_();
        parameters.FeedForward.select(1, 2).zero_();
        return parameters;
    }

    /// <summary>Another four tensors, each made of one of these.</summary>
    public DecoderParameters Map(Func<Tensor, Tensor> map) => new(map(Embedding), map(Attention), map(FeedForward), map(Norms));
}
