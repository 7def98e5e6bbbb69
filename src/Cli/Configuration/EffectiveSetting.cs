using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.CommandLine;
using Microsoft.Extensions.Configuration.EnvironmentVariables;
using Microsoft.Extensions.Configuration.Json;
using Npgsql;

namespace NGrammys.Cli.Configuration;

/// <summary>What holds of a setting here, and why.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Value">Its value, passwords left out; null = none.</param>
/// <param name="Source">Where the value comes from: a file, <c>environment</c>, or <c>default</c>.</param>
internal sealed record EffectiveSetting(string Key, string? Value, string Source)
{
    /// <summary>Reads a setting as the hosts do.</summary>
    public static EffectiveSetting Of(KnownSetting setting, IConfigurationRoot configuration)
    {
        var section = configuration.GetSection(setting.Key);
        // A list has a key for each of its items.
        var keys = section.Value is not null ? [setting.Key] : section.GetChildren().Select(child => child.Path).ToArray();
        if (keys.Length == 0) return new EffectiveSetting(setting.Key, setting.Default, "default");
        var source = configuration.Providers.Reverse().First(provider => provider.TryGet(keys[0], out _));
        var value = string.Join(", ", keys.Select(key => configuration[key]));
        return new EffectiveSetting(setting.Key, setting.Secret ? WithoutPassword(value) : value, Name(source));
    }

    private static string Name(IConfigurationProvider provider) => provider switch
    {
        JsonConfigurationProvider json => json.Source.Path!,
        EnvironmentVariablesConfigurationProvider => "environment",
        CommandLineConfigurationProvider => "command line",
        _ => provider.ToString()!,
    };

    private static string WithoutPassword(string connection)
    {
        try
        {
            var builder = new NpgsqlConnectionStringBuilder(connection);
            if (builder.Password is not null) builder.Password = "***";
            return builder.ConnectionString;
        }
        catch (Exception e) when (e is ArgumentException or FormatException or KeyNotFoundException or OverflowException)
        {
            // No connection string: nothing tells where a password would stand.
            return "***";
        }
    }
}
