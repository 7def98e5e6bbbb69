using System.Text.Json;

namespace NGrammys.Inference.Constraints.Schemas;

/// <summary>A schema with all that it refers to. References stay within the document: nothing is fetched.</summary>
internal sealed class SchemaDocument
{
    private const int MaxDepth = 256;
    private static readonly string[] BeforeSiblings = ["draft-03", "draft-04", "draft-06", "draft-07"];

    private readonly Dictionary<string, SchemaNode> _nodes = [];
    private readonly Dictionary<string, SchemaNode> _named = [];
    private readonly string _dialect;
    private int _count;

    /// <summary>Reads a schema.</summary>
    /// <exception cref="ConstraintException">It is no JSON, no schema, or of a dialect that is not understood.</exception>
    public SchemaDocument(string json)
    {
        JsonElement element;
        try
        {
            element = JsonElement.Parse(json, new JsonDocumentOptions { MaxDepth = MaxDepth });
        }
        catch (JsonException e)
        {
            throw new ConstraintException("schema", $"it is not JSON ({e.Message.ReplaceLineEndings(" ").TrimEnd('.')}).");
        }

        _dialect = element.ValueKind == JsonValueKind.Object && element.TryGetProperty("$schema", out var dialect) && dialect.ValueKind == JsonValueKind.String
            ? dialect.GetString()!
            : "";
        if (_dialect.Contains("draft-03", StringComparison.Ordinal)) throw new ConstraintException("$schema", "draft 3 is not understood; use a newer one.");
        Root = Add("", element, null);
        FindNames(Root);
    }

    /// <summary>The whole schema.</summary>
    public SchemaNode Root { get; }

    /// <summary>Whether keywords beside a $ref do not count, as up to draft 7.</summary>
    public bool RefStandsAlone => BeforeSiblings.Any(draft => _dialect.Contains(draft, StringComparison.Ordinal));

    private string IdKeyword => _dialect.Contains("draft-04", StringComparison.Ordinal) ? "id" : "$id";

    /// <summary>What stands at a key or index below a node.</summary>
    public SchemaNode Child(SchemaNode node, params ReadOnlySpan<string> keys)
    {
        foreach (var key in keys)
        {
            var path = $"{node.Path}/{key.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal)}";
            if (!_nodes.TryGetValue(path, out var child)) child = Add(path, Below(node.Element, key) ?? throw Lost(path), node.Resource ?? node);
            node = child;
        }

        return node;
    }

    /// <summary>A node that only one value is valid under.</summary>
    public SchemaNode Constant(JsonElement value)
    {
        var path = "=" + value.GetRawText();
        return _nodes.TryGetValue(path, out var known) ? known : _nodes[path] = new SchemaNode(_count++, value, path, null, true);
    }

    /// <summary>What a reference refers to.</summary>
    /// <exception cref="ConstraintException">It leads out of the document, or nowhere.</exception>
    public SchemaNode Resolve(SchemaNode node, string reference)
    {
        var resource = node.Resource ?? node;
        var hash = reference.IndexOf('#', StringComparison.Ordinal);
        var (name, fragment) = hash < 0 ? (reference, "") : (reference[..hash], Uri.UnescapeDataString(reference[(hash + 1)..]));
        if (name.Length > 0 && !_named.TryGetValue(name, out resource)) throw Lost(reference);
        if (fragment.Length == 0) return resource!;
        if (fragment[0] != '/') return _named.TryGetValue('#' + fragment, out var anchored) ? anchored : throw Lost(reference);
        foreach (var key in fragment[1..].Split('/'))
        {
            resource = Child(resource!, key.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal));
        }

        return resource!;
    }

    private static ConstraintException Lost(string reference) => new("$ref", $"'{reference}' is not in the schema; put what it refers to under $defs.");

    private static JsonElement? Below(JsonElement element, string key) => element.ValueKind switch
    {
        JsonValueKind.Object when element.TryGetProperty(key, out var found) => found,
        JsonValueKind.Array when int.TryParse(key, out var index) && index >= 0 && index < element.GetArrayLength() => element[index],
        _ => null,
    };

    private SchemaNode Add(string path, JsonElement element, SchemaNode? resource)
    {
        // A schema with a name of its own is where references inside it start.
        if (resource is not null && Id(element) is { } id && id[0] != '#') resource = null;
        return _nodes[path] = new SchemaNode(_count++, element, path, resource, false);
    }

    private string? Id(JsonElement element) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(IdKeyword, out var id) && id.ValueKind == JsonValueKind.String && id.GetString() is { Length: > 0 } name ? name : null;

    private void FindNames(SchemaNode node)
    {
        if (Id(node.Element) is { } id)
        {
            var name = id.TrimEnd('#');
            _named.TryAdd(name.Length == 0 ? id : name, node);
            _named.TryAdd(id[(id.LastIndexOf('/') + 1)..].TrimEnd('#'), node);
        }

        if (node.Element.ValueKind == JsonValueKind.Object)
        {
            if (node.Element.TryGetProperty("$anchor", out var anchor) && anchor.ValueKind == JsonValueKind.String) _named.TryAdd('#' + anchor.GetString(), node);
            foreach (var property in node.Element.EnumerateObject())
            {
                if (property.Name is not ("enum" or "const" or "default" or "examples")) FindNames(Child(node, property.Name));
            }
        }
        else if (node.Element.ValueKind == JsonValueKind.Array)
        {
            for (var i = 0; i < node.Element.GetArrayLength(); i++) FindNames(Child(node, i.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        }
    }
}
