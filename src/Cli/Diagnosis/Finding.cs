namespace NGrammys.Cli.Diagnosis;

/// <summary>One thing that a look at the machine has found.</summary>
/// <param name="Subject">What was looked at, in a word or two.</param>
/// <param name="Text">What was seen.</param>
/// <param name="Remedy">What to do about it; null where all is well.</param>
internal sealed record Finding(string Subject, string Text, string? Remedy = null);
