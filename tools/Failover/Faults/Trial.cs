namespace NGrammys.Failover.Faults;

/// <summary>What one fault did to the replies that it hit in their middle.</summary>
/// <param name="Fault">What happened.</param>
/// <param name="Gaps">How long each of these readers saw nothing, in seconds, the prefill and the first step of whoever went on included.</param>
public sealed record Trial(string Fault, IReadOnlyList<double> Gaps);
