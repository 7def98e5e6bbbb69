using System.Text.Json;

namespace NGrammys.Inference.Constraints.Schemas;

/// <summary>A place in a schema document, or a value that a schema holds a text to. One object a place.</summary>
/// <param name="Id">Number of the node in its document.</param>
/// <param name="Element">What stands there.</param>
/// <param name="Path">JSON pointer from the document's root.</param>
/// <param name="Resource">The schema that references without a document name start at; null = this one.</param>
/// <param name="IsConstant">The element is no schema but the only value that is valid.</param>
internal sealed record SchemaNode(int Id, JsonElement Element, string Path, SchemaNode? Resource, bool IsConstant)
{
    /// <summary>Whether it is an object that holds a keyword.</summary>
    public bool Has(string keyword) => Element.ValueKind == JsonValueKind.Object && Element.TryGetProperty(keyword, out _);

    /// <inheritdoc/>
    public bool Equals(SchemaNode? other) => ReferenceEquals(this, other);

    /// <inheritdoc/>
    public override int GetHashCode() => Id;
}
