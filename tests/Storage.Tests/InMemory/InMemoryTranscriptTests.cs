namespace NGrammys.Storage.Tests.InMemory;

public sealed class InMemoryTranscriptTests() : TranscriptCompliance(new InMemoryUnderTest());
