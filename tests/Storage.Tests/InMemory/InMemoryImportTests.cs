namespace NGrammys.Storage.Tests.InMemory;

public sealed class InMemoryImportTests() : ImportCompliance(new InMemoryUnderTest());
