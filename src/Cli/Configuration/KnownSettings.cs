using System.Globalization;
using System.Reflection;
using NGrammys.Grains.Conversations;
using NGrammys.ServiceDefaults.Clustering;
using NGrammys.Silo.Engines;
using NGrammys.WebFrontend;
using NGrammys.WebFrontend.Auth;

namespace NGrammys.Cli.Configuration;

/// <summary>A key that the hosts understand.</summary>
/// <param name="Key">As in a configuration file, such as <c>Engine:Model</c>.</param>
/// <param name="Property">The option that it fills; what it means stands there.</param>
/// <param name="Default">What holds without it; null = nothing, or what the host finds out.</param>
/// <param name="Secret">Whether its value may hold a password.</param>
internal sealed record KnownSetting(string Key, PropertyInfo Property, string? Default, bool Secret);

/// <summary>Every key that the hosts understand: the properties of their option records.</summary>
internal static class KnownSettings
{
    /// <summary>All of them, section by section.</summary>
    public static IReadOnlyList<KnownSetting> All { get; } =
    [
        .. Of(EngineOptions.Section, typeof(EngineOptions)),
        .. Of(ClusterSettings.Section, typeof(ClusterSettings), nameof(ClusterSettings.Database)),
        .. Of(RetentionOptions.Section, typeof(RetentionOptions)),
        .. Of(PilotOptions.Section, typeof(PilotOptions)),
        .. Of(OpenIdConnectSettings.Section, typeof(OpenIdConnectSettings), nameof(OpenIdConnectSettings.ClientSecret)),
        .. Of(null, typeof(WebFrontendOptions)),
    ];

    private static IEnumerable<KnownSetting> Of(string? section, Type options, params string[] secrets)
    {
        var defaults = Activator.CreateInstance(options);
        return options.GetProperties(BindingFlags.Public | BindingFlags.Instance).Select(property => new KnownSetting(
            section is null ? property.Name : $"{section}:{property.Name}", property, Text(property.GetValue(defaults)), secrets.Contains(property.Name)));
    }

    private static string? Text(object? value) => value switch
    {
        null => null,
        Array { Length: 0 } => null,
        Array array => string.Join(", ", array.Cast<object>()),
        IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString(),
    };
}
