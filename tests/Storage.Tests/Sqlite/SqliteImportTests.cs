namespace NGrammys.Storage.Tests.Sqlite;

public sealed class SqliteImportTests() : ImportCompliance(new SqliteUnderTest());
