namespace NGrammys.Storage.Tests.Sqlite;

public sealed class SqliteQuotaTests() : QuotaCompliance(new SqliteUnderTest());
