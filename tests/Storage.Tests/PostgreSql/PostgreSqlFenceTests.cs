namespace NGrammys.Storage.Tests.PostgreSql;

public sealed class PostgreSqlFenceTests() : FenceCompliance(new PostgreSqlUnderTest());
