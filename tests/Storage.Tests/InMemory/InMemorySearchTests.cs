namespace NGrammys.Storage.Tests.InMemory;

public sealed class InMemorySearchTests() : SearchCompliance(new InMemoryUnderTest());
