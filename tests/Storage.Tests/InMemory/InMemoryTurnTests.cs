namespace NGrammys.Storage.Tests.InMemory;

public sealed class InMemoryTurnTests() : TurnCompliance(new InMemoryUnderTest());
