using System.Globalization;

namespace NGrammys.Deploy.Tests;

/// <summary>A node of a YAML document: what is not there is empty.</summary>
internal sealed class Yaml(object? node)
{
    public bool Exists => node is not null;

    public Yaml this[string key] => new(node is Dictionary<object, object?> map && map.TryGetValue(key, out var value) ? value : null);

    public IEnumerable<Yaml> Items => node is List<object?> list ? list.Select(item => new Yaml(item)) : [];

    public IEnumerable<(string Key, Yaml Value)> Entries =>
        node is Dictionary<object, object?> map ? map.Select(pair => ((string)pair.Key, new Yaml(pair.Value))) : [];

    public string Text => Convert.ToString(node, CultureInfo.InvariantCulture) ?? "";
}
