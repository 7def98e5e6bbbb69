namespace NGrammys.Storage.Tests.PostgreSql;

public sealed class PostgreSqlConversationTests() : ConversationCompliance(new PostgreSqlUnderTest());
