namespace NGrammys.Inference.Abstractions;

/// <summary>An error whose message is meant for the person who caused it: what happened and what to do. Hosts print it as one line.</summary>
public class NGrammysException : Exception
{
    /// <summary>Creates the error with the line that the person reads.</summary>
    public NGrammysException(string message) : base(message) { }

    /// <summary>Creates the error with the line that the person reads and what lies behind it.</summary>
    public NGrammysException(string message, Exception innerException) : base(message, innerException) { }
}
