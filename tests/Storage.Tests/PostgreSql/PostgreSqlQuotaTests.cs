namespace NGrammys.Storage.Tests.PostgreSql;

public sealed class PostgreSqlQuotaTests() : QuotaCompliance(new PostgreSqlUnderTest());
