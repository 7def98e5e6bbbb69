using System.CommandLine;
using NGrammys.Inference.Abstractions;
using NGrammys.Silo.Engines;

namespace NGrammys.Cli.Commands;

/// <summary>Options of every verb that loads a model.</summary>
internal sealed class ModelOptions
{
    private readonly Option<string?> _model = new("--model") { Description = "Hugging Face folder of a model (default: the bundled one); serve takes OWNER/NAME on the hub, too", HelpName = "DIR" };
    private readonly Option<string> _device = new("--device") { Description = "auto, cpu, torch-cpu or cuda:N; to serve on several, their names with commas", DefaultValueFactory = _ => "auto", HelpName = "NAME" };
    private readonly Option<string> _type = new("--dtype") { Description = "auto, float32, bfloat16 or int8", DefaultValueFactory = _ => "auto", HelpName = "NAME" };
    private readonly Option<string?> _torch = new("--libtorch") { Description = "folder of an installed libtorch or PyTorch to use", HelpName = "DIR" };

    public void AddTo(Command command)
    {
        command.Options.Add(_model);
        AddComputeTo(command);
    }

    /// <summary>Adds the options that say how to compute, for a verb that names its model otherwise.</summary>
    public void AddComputeTo(Command command)
    {
        command.Options.Add(_device);
        command.Options.Add(_type);
        command.Options.Add(_torch);
    }

    public EngineOptions Read(ParseResult arguments) => Read(arguments, arguments.GetValue(_model) ?? BundledModel());

    /// <summary>The options over those of the configuration: what was typed wins.</summary>
    public EngineOptions Read(ParseResult arguments, EngineOptions? configured)
    {
        if (configured is null) return Read(arguments);
        return configured with
        {
            Model = arguments.GetValue(_model) ?? configured.Model ?? BundledModel(),
            Device = Typed(_device) ?? configured.Device,
            DataType = Typed(_type) ?? configured.DataType,
            LibTorchPath = arguments.GetValue(_torch) ?? configured.LibTorchPath,
        };

        string? Typed(Option<string> option) => arguments.GetResult(option) is { Implicit: false } ? arguments.GetValue(option) : null;
    }

    /// <summary>The options for a model that is named otherwise.</summary>
    public EngineOptions Read(ParseResult arguments, string model) => new()
    {
        Model = model,
        Device = arguments.GetValue(_device)!,
        DataType = arguments.GetValue(_type)!,
        LibTorchPath = arguments.GetValue(_torch),
    };

    private static string BundledModel()
    {
        var folder = Path.Combine(AppContext.BaseDirectory, "models", "demo");
        return Directory.Exists(folder) ? folder : throw new NGrammysException("This build carries no model; name one with --model DIR.");
    }
}
