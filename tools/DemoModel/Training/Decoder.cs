using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace NGrammys.DemoModel.Training;

/// <summary>The forward pass of a Llama (Touvron et al. 2023) over whole rows.</summary>
internal sealed class Decoder : IDisposable
{
    private readonly DecoderShape _shape;
    private readonly Tensor _cosine;
    private readonly Tensor _sine;

    /// <summary>Prepares the rotary tables in the element type of the weights to come.</summary>
    public Decoder(DecoderShape shape, ScalarType type)
    {
        _shape = shape;
        using var scope = NewDisposeScope();
        var frequencies = pow(DecoderShape.RotaryBase, arange(0, shape.HeadWidth, 2, ScalarType.Float32) / -shape.HeadWidth);
        var angles = outer(arange(DecoderShape.Context, ScalarType.Float32), frequencies);
        var both = cat([angles, angles], 1).view(1, DecoderShape.Context, 1, 1, shape.HeadWidth);
        (_cosine, _sine) = (both.cos().to_type(type).MoveToOuterDisposeScope(), both.sin().to_type(type).MoveToOuterDisposeScope());
    }

    /// <summary>The last hidden states [rows * length, D] of token ids [rows, length].</summary>
    public Tensor Forward(DecoderParameters parameters, Tensor ids)
    {
        var (rows, length, width) = (ids.shape[0], ids.shape[1], _shape.Width);
        var norms = parameters.Norms.unbind(0);
        var attention = parameters.Attention.view(_shape.Layers, 4 * width, width).unbind(0);
        var feedForward = parameters.FeedForward.view(_shape.Layers, 3 * _shape.FeedForward, width).unbind(0);
        var stream = parameters.Embedding.index_select(0, ids.view(-1));
        for (var layer = 0; layer < _shape.Layers; layer++)
        {
            var weights = attention[layer].split([3 * width, width]);
            var projected = matmul(Normalized(stream, norms[2 * layer]), weights[0].t())
                .view(rows, length, 3, _shape.Heads, _shape.HeadWidth);
            var rotated = Rotated(projected.narrow(2, 0, 2), length);
            var (query, key, value) = (rotated.select(2, 0), rotated.select(2, 1), projected.select(2, 2));
            var mixed = F.scaled_dot_product_attention(query.transpose(1, 2), key.transpose(1, 2), value.transpose(1, 2), is_casual: true);
            stream = stream + matmul(mixed.transpose(1, 2).reshape(-1, width), weights[1].t());
            weights = feedForward[layer].split([2 * _shape.FeedForward, _shape.FeedForward]);
            var gated = matmul(Normalized(stream, norms[2 * layer + 1]), weights[0].t()).chunk(2, 1);
            stream = stream + matmul(F.silu(gated[0]) * gated[1], weights[1]);
        }
        return Normalized(stream, norms[^1]);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _cosine.Dispose();
        _sine.Dispose();
    }

    private static Tensor Normalized(Tensor stream, Tensor weight)
    {
        var scale = rsqrt(stream.to_type(ScalarType.Float32).square().mean([1], keepdim: true) + DecoderShape.NormEpsilon);
        return stream * scale.to_type(stream.dtype) * weight;
    }

    // [rows, length, 2, heads, head width]: the second half of a head turns against the first, as in Hugging Face's Llama.
    private Tensor Rotated(Tensor heads, long length)
    {
        var halves = heads.chunk(2, -1);
        return heads * _cosine.narrow(1, 0, length) + cat([-halves[1], halves[0]], -1) * _sine.narrow(1, 0, length);
    }
}
