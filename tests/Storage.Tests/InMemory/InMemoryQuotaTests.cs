namespace NGrammys.Storage.Tests.InMemory;

public sealed class InMemoryQuotaTests() : QuotaCompliance(new InMemoryUnderTest());
