namespace NGrammys.Storage.Tests.InMemory;

public sealed class InMemoryFenceTests() : FenceCompliance(new InMemoryUnderTest());
