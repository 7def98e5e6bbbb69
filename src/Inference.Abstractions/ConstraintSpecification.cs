namespace NGrammys.Inference.Abstractions;

/// <summary>What a reply is held to. Equal specifications hold it to the same.</summary>
/// <param name="Kind">How <paramref name="Text"/> is read.</param>
/// <param name="Text">A JSON Schema as JSON text (of a call: of one), or a regular expression in ECMAScript's syntax; empty for <see cref="ConstraintKind.Json"/>.</param>
public sealed record ConstraintSpecification(ConstraintKind Kind, string Text = "");
