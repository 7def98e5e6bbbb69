using System.CommandLine;
using System.Globalization;
using NGrammys.Inference.Abstractions;

namespace NGrammys.Cli.Commands;

/// <summary>Options that say how tokens are sampled, beyond temperature and seed.</summary>
internal sealed class SamplingOptions
{
    private readonly Option<int> _topK = new("--top-k") { Description = "keep the K most probable tokens; 0 keeps all", HelpName = "K" };
    private readonly Option<double> _topP = Share("--top-p", "keep the most probable tokens up to probability P", 1);
    private readonly Option<double> _minP = Share("--min-p", "keep tokens at least P times as probable as the best", 0);
    private readonly Option<double> _typicalP = Share("--typical-p", "keep the most typical tokens up to probability P", 1);
    private readonly Option<double> _repetition = Share("--repetition-penalty", "more than 1 avoids tokens of prompt and reply", 1);
    private readonly Option<double> _presence = Share("--presence-penalty", "more than 0 avoids tokens of the reply", 0);
    private readonly Option<double> _frequency = Share("--frequency-penalty", "more than 0 avoids frequent tokens of the reply", 0);

    private readonly Option<string?> _bias = new("--logit-bias") { Description = "add to the logits of single tokens, by id", HelpName = "ID=BIAS,ID=BIAS" };

    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[_topK, _topP, _minP, _typicalP, _repetition, _presence, _frequency, _bias]) command.Options.Add(option);
    }

    public SamplingParameters Read(ParseResult arguments) => new()
    {
        TopK = arguments.GetValue(_topK),
        TopP = arguments.GetValue(_topP),
        MinP = arguments.GetValue(_minP),
        TypicalP = arguments.GetValue(_typicalP),
        RepetitionPenalty = arguments.GetValue(_repetition),
        PresencePenalty = arguments.GetValue(_presence),
        FrequencyPenalty = arguments.GetValue(_frequency),
        LogitBias = arguments.GetValue(_bias) is { } biases ? [.. biases.Split(',').Select(Bias)] : [],
    };

    private static TokenBias Bias(string text) => text.Split('=') is [var token, var bias]
        && int.TryParse(token, NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var id)
        && double.TryParse(bias, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
        ? new TokenBias(id, value)
        : throw new NGrammysException($"'{text}' in --logit-bias is no bias of a token; write it as 15=-100.");

    private static Option<double> Share(string name, string description, double none) =>
        new(name) { Description = description, DefaultValueFactory = _ => none, HelpName = "P" };
}
