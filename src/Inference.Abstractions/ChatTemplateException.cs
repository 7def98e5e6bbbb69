namespace NGrammys.Inference.Abstractions;

/// <summary>A chat template refused a conversation, or could not render it: a mistake of the request or of the template, never of the server.</summary>
public sealed class ChatTemplateException : NGrammysException
{
    /// <summary>Creates the refusal with the line that the person reads; it carries the template's own words.</summary>
    public ChatTemplateException(string message) : base(message) { }

    /// <summary>Creates the refusal with the line that the person reads and what lies behind it.</summary>
    public ChatTemplateException(string message, Exception innerException) : base(message, innerException) { }
}
