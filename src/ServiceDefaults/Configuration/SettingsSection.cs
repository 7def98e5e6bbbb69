using Microsoft.Extensions.Configuration;

namespace NGrammys.ServiceDefaults.Configuration;

/// <summary>Reads a section of the configuration into a record, strictly: a key that is misspelt would otherwise be a setting that silently does nothing.</summary>
public static class SettingsSection
{
    /// <summary>Reads the section; null if there is none.</summary>
    /// <typeparam name="T">Its keys are the names of this record's properties.</typeparam>
    /// <exception cref="HostingException">A key is unknown, or its value is not of its type; the message names it.</exception>
    public static T? Read<T>(IConfiguration configuration, string name)
        where T : class
    {
        var section = configuration.GetSection(name);
        if (!section.Exists()) return null;
        var known = typeof(T).GetProperties().Select(property => property.Name).ToList();
        if (section.GetChildren().FirstOrDefault(child => !known.Contains(child.Key, StringComparer.OrdinalIgnoreCase)) is { } unknown)
            throw new HostingException($"{name}:{unknown.Key} is no setting; there are {string.Join(", ", known.Select(key => $"{name}:{key}"))}.");
        try
        {
            return section.Get<T>();
        }
        catch (InvalidOperationException e)
        {
            throw new HostingException($"A setting cannot be read: {e.Message}", e);
        }
    }
}
