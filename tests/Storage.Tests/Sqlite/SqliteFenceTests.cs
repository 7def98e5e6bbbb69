namespace NGrammys.Storage.Tests.Sqlite;

public sealed class SqliteFenceTests() : FenceCompliance(new SqliteUnderTest());
