namespace NGrammys.ServiceDefaults;

/// <summary>A host cannot start as it is configured. The message is one line for the person who runs it: which key, what is wrong, what to do.</summary>
public sealed class HostingException(string message, Exception? innerException = null) : Exception(message, innerException);
