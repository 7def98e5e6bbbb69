namespace NGrammys.Storage.Tests.InMemory;

public sealed class InMemoryConversationTests() : ConversationCompliance(new InMemoryUnderTest());
