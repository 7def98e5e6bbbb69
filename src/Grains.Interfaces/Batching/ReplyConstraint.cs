namespace NGrammys.Grains.Interfaces.Batching;

/// <summary>What the text of a reply is held to.</summary>
/// <param name="Kind">json (an object, whatever it holds), jsonSchema, regex, or toolCalls (any text, whose calls are valid under a schema).</param>
/// <param name="Text">The schema as JSON text, or the regular expression; empty for json.</param>
[GenerateSerializer, Immutable, Alias("ngrammys.ReplyConstraint")]
public sealed record ReplyConstraint([property: Id(0)] string Kind, [property: Id(1)] string Text = "");
