namespace NGrammys.Storage.Tests.Sqlite;

public sealed class SqliteTurnTests() : TurnCompliance(new SqliteUnderTest());
