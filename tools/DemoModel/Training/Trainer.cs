using NGrammys.DemoModel.Questions;
using NGrammys.DemoModel.Tokenization;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace NGrammys.DemoModel.Training;

/// <summary>Trains for a given time, from the beginning or from the last checkpoint.</summary>
internal sealed class Trainer
{
    private const int TokensInStep = 2048;
    private const int ShortRow = 256;
    private const int StepsBetweenLongRows = 8;
    private const double PeakLearningRate = 0.006;
    private const double WarmUp = 0.02;
    private static readonly TimeSpan BetweenCheckpoints = TimeSpan.FromMinutes(3);

    private readonly DecoderShape _shape;
    private readonly RowStream _rows;
    private readonly DecoderParameters _weights;
    private readonly Optimizer _optimizer;
    private readonly Checkpoint _checkpoint;
    private readonly TimeProvider _time;

    /// <summary>Prepares a training whose checkpoints lie in a folder.</summary>
    public Trainer(ChatTokenizer tokenizer, Dialogues dialogues, string folder, TimeProvider time)
    {
        _shape = new(tokenizer.VocabularySize);
        _rows = new(dialogues, tokenizer);
        _weights = DecoderParameters.Initial(_shape, seed: 1);
        _optimizer = new(_weights);
        _checkpoint = new(folder);
        _time = time;
    }

    private IEnumerable<(string Name, Tensor Value)> State => _weights.All.Concat(_optimizer.State);

    /// <summary>
    /// Trains until all trainings from this checkpoint together have taken the budget. The learning rate follows the share of the
    /// budget that is used, so the schedule ends in time on every machine and after every interruption.
    /// </summary>
    /// <returns>The trained weights in float32.</returns>
    public DecoderParameters Train(TimeSpan budget, TextWriter log)
    {
        var progress = _checkpoint.Exists ? _checkpoint.Load(State) : new(0, 0, 0);
        using var decoder = new Decoder(_shape, ScalarType.BFloat16);
        var (lastStep, lastSave, averageLoss) = (_time.GetTimestamp(), _time.GetTimestamp(), double.NaN);
        while (progress.Seconds < budget.TotalSeconds)
        {
            var used = progress.Seconds / budget.TotalSeconds;
            var loss = Step(decoder, progress.Step + 1, LearningRate(used));
            averageLoss = double.IsNaN(averageLoss) ? loss : 0.98 * averageLoss + 0.02 * loss;
            var seconds = _time.GetElapsedTime(lastStep).TotalSeconds;
            lastStep = _time.GetTimestamp();
            progress = new(progress.Step + 1, progress.Seconds + seconds, progress.Tokens + TokensInStep);
            if (progress.Step < 10 || progress.Step % 20 == 0)
            {
                log.WriteLine($"{used,5:P0}  step {progress.Step}  loss {averageLoss:F3}"
                    + $"  {progress.Tokens / 1e6:F2} M tokens  {TokensInStep / seconds:F0} tokens/s");
                log.Flush();
            }
            if (_time.GetElapsedTime(lastSave) > BetweenCheckpoints)
            {
                _checkpoint.Save(State, progress);
                lastSave = _time.GetTimestamp();
            }
        }
        _checkpoint.Save(State, progress);
        return _weights;
    }

    private double Step(Decoder decoder, int number, double learningRate)
    {
        using var scope = NewDisposeScope();
        var length = number % StepsBetweenLongRows == 0 ? DecoderShape.Context : ShortRow;
        var rows = TokensInStep / length;
        // The step's number is the seed, so that a resumed training does not read again what it has read.
        var (ids, scored) = _rows.Next(rows, length, new Random(number));
        var tokens = tensor(ids).view(rows, length + 1);
        var positions = tensor(scored);
        var targets = tokens.narrow(1, 1, length).reshape(-1).index_select(0, positions);
        // Arithmetic in bfloat16 on a copy, the weights themselves stay in float32.
        var copy = _weights.Map(weight => weight.to_type(ScalarType.BFloat16).requires_grad_());
        var hidden = decoder.Forward(copy, tokens.narrow(1, 0, length).contiguous()).index_select(0, positions);
        var logits = matmul(hidden, copy.Embedding.t()).to_type(ScalarType.Float32);
        var loss = F.cross_entropy(logits, targets);
        loss.backward();
        using var noGradients = no_grad();
        _optimizer.Step(copy.Map(weight => weight.grad!), learningRate, number);
        return loss.item<float>();
    }

    private static double LearningRate(double used) => PeakLearningRate * (used < WarmUp
        ? Math.Max(used / WarmUp, 0.01)
        : 0.02 + 0.98 * 0.5 * (1 + Math.Cos(Math.PI * (used - WarmUp) / (1 - WarmUp))));
}
