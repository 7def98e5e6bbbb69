using NGrammys.Inference.Abstractions;

namespace NGrammys.Inference.Gguf;

/// <summary>The named values of a GGUF file.</summary>
internal sealed class GgufMetadata(string path, IReadOnlyDictionary<string, object> values)
{
    /// <summary>The architecture, which is also the first part of the names of its values.</summary>
    public string Architecture => Text("general.architecture");

    /// <summary>Whether there is such a value.</summary>
    public bool Has(string key) => values.ContainsKey(key);

    /// <summary>A text.</summary>
    /// <exception cref="NGrammysException">It is missing, or something else.</exception>
    public string Text(string key) => Get<string>(key);

    /// <summary>A flag.</summary>
    public bool Flag(string key, bool otherwise) => Has(key) ? Get<bool>(key) : otherwise;

    /// <summary>A whole number that is not negative.</summary>
    public int Number(string key)
    {
        var number = Get<long>(key);
        return number is >= 0 and <= int.MaxValue ? (int)number : throw Unfit($"'{key}' is {number}, which is out of range");
    }

    /// <summary>A whole number, or null where there is none.</summary>
    public int? NumberOrNull(string key) => Has(key) ? Number(key) : null;

    /// <summary>A number.</summary>
    public double Real(string key) => Get<double>(key) is var number && double.IsFinite(number) ? number : throw Unfit($"'{key}' is not finite");

    /// <summary>Texts.</summary>
    public string[] Texts(string key) => Get<string[]>(key);

    /// <summary>Whole numbers.</summary>
    public long[] Numbers(string key) => Get<long[]>(key);

    /// <summary>Numbers.</summary>
    public double[] Reals(string key) => Get<double[]>(key);

    /// <summary>The error that says why this file will not do.</summary>
    public NGrammysException Unfit(string why) => new($"'{path}' cannot be imported: {why}.");

    private T Get<T>(string key) => !values.TryGetValue(key, out var value) ? throw Unfit($"'{key}' is missing")
        : value is T fitting ? fitting : throw Unfit($"'{key}' is of another type than it should be");
}
