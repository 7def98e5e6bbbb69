namespace NGrammys.Inference.Abstractions;

/// <summary>Memory of a device of its own, as its driver tells: that of all processes on it.</summary>
/// <param name="Used">Bytes that somebody holds.</param>
/// <param name="Total">Bytes in all.</param>
public readonly record struct DeviceMemory(long Used, long Total);
