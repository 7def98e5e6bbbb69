namespace NGrammys.Storage.Tests.PostgreSql;

public sealed class PostgreSqlSearchTests() : SearchCompliance(new PostgreSqlUnderTest());
