using System.CommandLine;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using NGrammys.Cli.Diagnosis;
using NGrammys.Inference.Abstractions;
using NGrammys.ServiceDefaults.Clustering;
using NGrammys.ServiceDefaults.Configuration;
using NGrammys.Silo.Engines;

namespace NGrammys.Cli.Commands;

/// <summary><c>ngrammys doctor</c>: looks at what a server needs, and says of each thing that is wrong how to mend it.</summary>
internal static class DoctorCommand
{
    public static Command Create()
    {
        var (model, data) = (new ModelOptions(), new DataFolder());
        var port = new Option<int>("--port") { Description = "port of the web page", DefaultValueFactory = _ => 5080, HelpName = "N" };
        var json = new Option<bool>("--json") { Description = "print it as JSON" };
        var command = new Command("doctor", "Say what is wrong with this machine, and how to mend it.") { port, json };
        model.AddTo(command);
        data.AddTo(command);
        command.SetAction(arguments => ExitCodes.RunAsync(async () =>
        {
            var configuration = WebApplication.CreateSlimBuilder().Configuration;
            var options = model.Read(arguments, SettingsSection.Read<EngineOptions>(configuration, EngineOptions.Section));
            List<Finding> findings = [.. MachineCheck.Look(), .. TorchCheck.Look(options.LibTorchPath), DeviceCheck.Look(options), ModelCheck.Look(options)];
            if (ClusterSettings.Read(configuration) is { } cluster) findings.Add(await DatabaseCheck.LookAsync(cluster));
            else findings.AddRange([.. await DataFolderCheck.LookAsync(data.Read(arguments)), PortCheck.Look(arguments.GetValue(port))]);
            Print(findings, arguments.GetValue(json));
            var wrong = findings.Count(finding => finding.Remedy is not null);
            if (wrong > 0) throw new NGrammysException(wrong == 1 ? "one thing wants mending." : $"{wrong} things want mending.");
        }));
        return command;
    }

    private static void Print(List<Finding> findings, bool json)
    {
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(
                findings.Select(finding => new { subject = finding.Subject, ok = finding.Remedy is null, text = finding.Text, remedy = finding.Remedy }), GenerateCommand.Readable));
            return;
        }

        foreach (var (subject, text, remedy) in findings)
        {
            Console.WriteLine($"{(remedy is null ? "ok" : "!!")}  {subject,-14} {text}");
            if (remedy is not null) Console.WriteLine($"    {"",-14} {remedy}");
        }
    }
}
