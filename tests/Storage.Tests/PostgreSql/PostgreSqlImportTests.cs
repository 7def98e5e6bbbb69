namespace NGrammys.Storage.Tests.PostgreSql;

public sealed class PostgreSqlImportTests() : ImportCompliance(new PostgreSqlUnderTest());
