using NGrammys.Inference.Models;

namespace NGrammys.TestSupport;

/// <summary>The decoder of the Llama family as its formulas stand in the literature: one sequence, one token after the other, float64, no care for speed.</summary>
public sealed class ReferenceDecoder(ModelFolder model)
{
    private readonly DecoderDescription _decoder = model.Decoder;

    /// <summary>Logits behind every token of a sequence. [tokens, vocabulary]</summary>
    public double[][] Logits(ReadOnlySpan<int> tokens)
    {
        var states = new double[tokens.Length][];
        for (var t = 0; t < tokens.Length; t++) states[t] = Row(model.Weights.Embedding, tokens[t]);
        foreach (var layer in model.Weights.Layers)
        {
            Attend(layer, states);
            foreach (var state in states) FeedForward(layer, state);
        }

        return Array.ConvertAll(states, state => Times(model.Weights.Head, Norm(state, model.Weights.FinalNorm)));
    }

    private void Attend(LayerWeights layer, double[][] states)
    {
        var (e, group) = (_decoder.HeadSize, _decoder.Heads / _decoder.KvHeads);
        var (keys, values) = (new double[states.Length][], new double[states.Length][]);
        for (var t = 0; t < states.Length; t++)
        {
            var input = Norm(states[t], layer.AttentionNorm!);
            var query = Turn(Times(layer.Query, input), t);
            keys[t] = Turn(Times(layer.Key, input), t);
            values[t] = Times(layer.Value, input);
            var mixed = new double[query.Length];
            for (var head = 0; head < _decoder.Heads; head++)
            {
                var (q, kv) = (head * e, head / group * e);
                var weights = new double[t + 1];
                for (var s = 0; s <= t; s++)
                {
                    for (var i = 0; i < e; i++) weights[s] += query[q + i] * keys[s][kv + i];
                    weights[s] = Math.Exp(weights[s] / Math.Sqrt(e));
                }

                for (var s = 0; s <= t; s++)
                {
                    for (var i = 0; i < e; i++) mixed[q + i] += weights[s] / weights.Sum() * values[s][kv + i];
                }
            }

            Add(states[t], Times(layer.Output, mixed));
        }
    }

    private void FeedForward(LayerWeights layer, double[] state)
    {
        var input = Norm(state, layer.FeedForwardNorm!);
        var weights = layer.FeedForward[0];
        var (gate, up) = (Times(weights.Gate, input), Times(weights.Up, input));
        for (var i = 0; i < up.Length; i++) up[i] *= gate[i] / (1 + Math.Exp(-gate[i]));
        Add(state, Times(weights.Down, up));
    }

    private double[] Turn(double[] heads, int position)
    {
        var half = _decoder.HeadSize / 2;
        for (var head = 0; head < heads.Length; head += 2 * half)
        {
            for (var i = head; i < head + half; i++)
            {
                var (sine, cosine) = Math.SinCos(position * _decoder.Layers[0].Rotary!.Frequencies[i - head]);
                (heads[i], heads[i + half]) = (heads[i] * cosine - heads[i + half] * sine, heads[i + half] * cosine + heads[i] * sine);
            }
        }

        return heads;
    }

    private double[] Norm(double[] state, StoredTensor weights)
    {
        var scale = 1 / Math.Sqrt(state.Sum(x => x * x) / state.Length + _decoder.NormEpsilon);
        var w = Row(weights, 0);
        return [.. state.Select((x, i) => x * scale * w[i])];
    }

    private static double[] Times(StoredTensor matrix, double[] vector)
    {
        var product = new double[matrix.Shape[0]];
        for (var i = 0; i < product.Length; i++)
        {
            var row = Row(matrix, i);
            for (var j = 0; j < row.Length; j++) product[i] += row[j] * vector[j];
        }

        return product;
    }

    private static void Add(double[] sum, double[] term)
    {
        for (var i = 0; i < sum.Length; i++) sum[i] += term[i];
    }

    private static double[] Row(StoredTensor tensor, int row)
    {
        var values = new float[tensor.Shape[^1]];
        tensor.Read((long)row * values.Length, values);
        return Array.ConvertAll(values, v => (double)v);
    }
}
