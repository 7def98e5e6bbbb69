namespace NGrammys.Inference.Abstractions;

/// <summary>What the text of a constrained reply must be.</summary>
public enum ConstraintKind
{
    /// <summary>A JSON object, whatever it holds.</summary>
    Json,

    /// <summary>A JSON text that is valid under a schema.</summary>
    JsonSchema,

    /// <summary>A text that matches a regular expression from its first character to its last.</summary>
    Regex,

    /// <summary>Any text, in which every tool call is valid under a schema: a block between <c>tool_call</c> tags, or the whole reply if it begins with a brace or a bracket.</summary>
    ToolCalls,
}
