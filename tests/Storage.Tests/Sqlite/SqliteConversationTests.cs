namespace NGrammys.Storage.Tests.Sqlite;

public sealed class SqliteConversationTests() : ConversationCompliance(new SqliteUnderTest());
