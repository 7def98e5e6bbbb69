namespace NGrammys.Storage.Tests.Sqlite;

public sealed class SqliteSearchTests() : SearchCompliance(new SqliteUnderTest());
