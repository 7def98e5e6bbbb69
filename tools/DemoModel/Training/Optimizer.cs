using static TorchSharp.torch;

namespace NGrammys.DemoModel.Training;

/// <summary>
/// Muon (Jordan 2024, scaled as in Liu et al. 2025) for the matrices inside the layers, Adam (Kingma and Ba 2015) for the embedding
/// and the norms. Muon learns rare facts in fewer steps than Adam.
/// </summary>
internal sealed class Optimizer
{
    private const double MuonMomentum = 0.95;
    private const double AdamMomentum = 0.9;
    private const double AdamSquares = 0.95;

    private readonly DecoderParameters _weights;
    private readonly DecoderParameters _momenta;
    private readonly Tensor _embeddingSquares;
    private readonly Tensor _normSquares;

    /// <summary>Optimizes float32 weights in place.</summary>
    public Optimizer(DecoderParameters weights)
    {
        _weights = weights;
        _momenta = weights.Map(weight => zeros_like(weight));
        (_embeddingSquares, _normSquares) = (zeros_like(weights.Embedding), zeros_like(weights.Norms));
    }

    /// <summary>What must be kept to go on later: tensors by name, to be read and overwritten.</summary>
    public IEnumerable<(string Name, Tensor Value)> State =>
    [
        .. _momenta.All.Select(entry => ($"momentum.{entry.Name}", entry.Value)),
        ("squares.embedding", _embeddingSquares), ("squares.norms", _normSquares),
    ];

    /// <summary>One step, the first being number 1.</summary>
    public void Step(DecoderParameters gradients, double learningRate, int number)
    {
        Muon(_weights.Attention, _momenta.Attention, gradients.Attention, learningRate);
        Muon(_weights.FeedForward, _momenta.FeedForward, gradients.FeedForward, learningRate);
        Adam(_weights.Embedding, _momenta.Embedding, _embeddingSquares, gradients.Embedding, learningRate * 0.5, number);
        Adam(_weights.Norms, _momenta.Norms, _normSquares, gradients.Norms, learningRate * 0.5, number);
    }

    private static void Muon(Tensor weight, Tensor momentum, Tensor gradient, double learningRate)
    {
        using var scope = NewDisposeScope();
        var slope = gradient.to_type(ScalarType.Float32);
        momentum.mul_(MuonMomentum).add_(slope);
        var direction = slope.add_(momentum, MuonMomentum).flatten(0, 1);
        var scale = 0.2 * Math.Sqrt(Math.Max(direction.shape[1], direction.shape[2]));
        weight.sub_(Orthogonalized(direction).view_as(weight) * (learningRate * scale));
    }

    // Newton-Schulz iteration towards the nearest semi-orthogonal matrix; coefficients by Jordan.
    private static Tensor Orthogonalized(Tensor matrices)
    {
        var tall = matrices.shape[1] > matrices.shape[2];
        var x = (tall ? matrices.mT : matrices).to_type(ScalarType.BFloat16);
        x = x / (matrices.square().sum([1, 2], keepdim: true).sqrt() + 1e-7).to_type(ScalarType.BFloat16);
        for (var i = 0; i < 5; i++)
        {
            var gram = matmul(x, x.mT);
            x = 3.4445 * x + matmul(-4.775 * gram + 2.0315 * matmul(gram, gram), x);
        }
        return (tall ? x.mT : x).to_type(ScalarType.Float32);
    }

    private static void Adam(Tensor weight, Tensor momentum, Tensor squares, Tensor gradient, double learningRate, int number)
    {
        using var scope = NewDisposeScope();
        var slope = gradient.to_type(ScalarType.Float32);
        momentum.mul_(AdamMomentum).add_(slope, 1 - AdamMomentum);
        squares.mul_(AdamSquares).addcmul_(slope, slope, 1 - AdamSquares);
        var spread = (squares / (1 - Math.Pow(AdamSquares, number))).sqrt_().add_(1e-10);
        weight.addcdiv_(momentum, spread, -learningRate / (1 - Math.Pow(AdamMomentum, number)));
    }
}
