using System.Text.Json.Nodes;
using NGrammys.Grains.Interfaces.Batching;

namespace NGrammys.WebFrontend.OpenAi;

/// <summary>What a reply is held to: <c>response_format</c> of chat completions, <c>text.format</c> of responses.</summary>
internal sealed record ReplyFormat
{
    private const string AnyText = "text", AnyObject = "json_object", OfSchema = "json_schema";

    /// <summary>Whatever the model says.</summary>
    public static ReplyFormat Text { get; } = new() { Json = new JsonObject { ["type"] = AnyText } };

    /// <summary>As it was asked for.</summary>
    public required JsonObject Json { get; init; }

    /// <summary>JSON Schema of the reply; null = no JSON is asked for.</summary>
    public string? Schema { get; private init; }

    /// <summary>For the engine; null = nothing.</summary>
    public ReplyConstraint? Constraint => Json["type"]!.GetValue<string>() switch
    {
        AnyText => null,
        AnyObject => new ReplyConstraint("json"),
        _ => new ReplyConstraint("jsonSchema", Schema!),
    };

    /// <summary>Reads a format.</summary>
    /// <param name="format">The parameter; null = absent.</param>
    /// <param name="inner">Name of the object in which a schema lies; null where it lies in the format itself.</param>
    public static ReplyFormat Read(Fields? format, string? inner)
    {
        if (format is not { } given) return Text;
        given.RequiredText("type");
        var type = given.Word("type", AnyText, AnyObject, OfSchema);
        if (type == AnyText) return Text;
        var json = JsonNode.Parse(given.Json.GetRawText())!.AsObject();
        if (type == AnyObject) return new ReplyFormat { Json = json, Schema = """{"type":"object"}""" };
        var schema = inner is null ? given : given.Object(inner) ?? throw ApiError.Missing(given.PathOf(inner));
        if (schema.RequiredText("name") is not { Length: > 0 and <= 64 }) throw ApiError.OutOfRange(schema.PathOf("name"), "a name of 1 to 64 characters");
        schema.Text("description");
        // Held to in any case; what is not understood is refused.
        schema.Flag("strict");
        var text = (schema.Object("schema") ?? throw ApiError.Missing(schema.PathOf("schema"))).Json.GetRawText();
        return new ReplyFormat { Json = json, Schema = text };
    }
}
