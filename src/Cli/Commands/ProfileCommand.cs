using System.CommandLine;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using NGrammys.Inference.Models;
using NGrammys.Inference.Profiling;
using NGrammys.Silo.Engines;

namespace NGrammys.Cli.Commands;

/// <summary><c>ngrammys profile</c>: what a forward pass of a model costs on this device.</summary>
internal static class ProfileCommand
{
    public static Command Create()
    {
        var model = new ModelOptions();
        var data = new DataFolder();
        var json = new Option<bool>("--json") { Description = "print the profile as JSON, as assess --profile takes it" };
        var command = new Command("profile", "Measure what a forward pass costs by its tokens and its context; measured once for a machine, then remembered.") { json };
        model.AddTo(command);
        data.AddTo(command);
        command.SetAction(arguments => ExitCodes.RunAsync(cancellationToken =>
        {
            var profile = Find(model.Read(arguments), data.Read(arguments), cancellationToken);
            Console.WriteLine(arguments.GetValue(json) ? profile.ToJson() : Table(profile));
            return Task.CompletedTask;
        }));
        return command;
    }

    private static ModelProfile Find(EngineOptions options, string data, CancellationToken cancellationToken)
    {
        using var model = ModelFolder.Open(options.Model);
        var contexts = CostMeasurement.ContextsOf(model.Decoder.ContextLength);
        using var executor = LoadedModel.CreateExecutor(model, options, contexts[^1] + CostMeasurement.Tokens[^1], out var type);
        var path = Path.Combine(data, "profiles", $"{Key(model, type, executor.Device)}.json");
        if (File.Exists(path))
        {
            Console.Error.WriteLine($"Measured on {File.GetLastWriteTime(path).ToString("d MMMM yyyy", CultureInfo.InvariantCulture)}; to measure anew, delete {path}.");
            return ModelProfile.Read(path);
        }

        var progress = new ProgressLine($"passes of {model.Name}");
        var (seconds, spread, prompt) = CostMeasurement.Run(executor, model.Decoder.VocabularySize, contexts, progress.Show, cancellationToken);
        progress.Clear();
        var profile = new ModelProfile
        {
            Model = model.Name,
            DataType = type.ToString().ToLowerInvariant(),
            Device = executor.Device,
            Context = contexts,
            Tokens = CostMeasurement.Tokens,
            Seconds = seconds,
            Spread = spread,
            Prompt = prompt,
        };
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, profile.ToJson());
        return profile;
    }

    // The same folder may be used by several machines.
    private static string Key(ModelFolder model, DataType type, string device)
    {
        const string Processors = "/proc/cpuinfo";
        var processor = File.Exists(Processors) ? File.ReadLines(Processors).FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal)) : null;
        var hardware = $"{processor} {RuntimeInformation.ProcessArchitecture} {Environment.ProcessorCount} {device} {model.Fingerprint(type)}";
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(hardware)))[..24];
    }

    private static string Table(ModelProfile profile)
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"{profile.Model}, {profile.Device}, {profile.DataType}: median milliseconds of a pass (first to third quartile apart)");
        text.AppendLine("context  tokens" + string.Concat(profile.Tokens.Select(tokens => tokens.ToString(CultureInfo.InvariantCulture).PadLeft(16))));
        for (var context = 0; context < profile.Context.Length; context++)
        {
            text.Append(CultureInfo.InvariantCulture, $"{profile.Context[context],7}        ");
            for (var size = 0; size < profile.Tokens.Length; size++)
            {
                var cell = string.Create(CultureInfo.InvariantCulture, $"{1000 * profile.Seconds[context][size]:f2} ({1000 * profile.Spread[context][size]:f2})");
                text.Append(cell.PadLeft(16));
            }

            text.AppendLine();
        }

        return text.ToString().TrimEnd();
    }
}
