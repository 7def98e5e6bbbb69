using System.CommandLine;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using NGrammys.Cli.Configuration;
using NGrammys.ServiceDefaults.Clustering;
using NGrammys.ServiceDefaults.Configuration;
using NGrammys.Silo.Engines;

namespace NGrammys.Cli.Commands;

/// <summary><c>ngrammys config</c>: what a host that starts here, with this environment, would be told, and by whom.</summary>
internal static class ConfigCommand
{
    public static Command Create()
    {
        var json = new Option<bool>("--json") { Description = "print it as JSON" };
        var command = new Command("config", "Print the settings that hold in this folder with this environment, and where each comes from.") { json };
        command.SetAction(arguments => ExitCodes.RunAsync(() =>
        {
            Print(arguments.GetValue(json));
            return Task.CompletedTask;
        }));
        return command;
    }

    private static void Print(bool json)
    {
        var configuration = (IConfigurationRoot)WebApplication.CreateSlimBuilder().Configuration;
        EffectiveSetting[] settings = [.. KnownSettings.All.Select(setting => EffectiveSetting.Of(setting, configuration))];
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(settings.Select(setting => new { key = setting.Key, value = setting.Value, source = setting.Source }), GenerateCommand.Readable));
        }
        else
        {
            foreach (var (key, value, source) in settings) Console.WriteLine($"{key,-24}{value ?? "-",-40}{source}");
        }

        // What the hosts would refuse is refused here, too.
        SettingsSection.Read<EngineOptions>(configuration, EngineOptions.Section);
        ClusterSettings.Read(configuration);
    }
}
