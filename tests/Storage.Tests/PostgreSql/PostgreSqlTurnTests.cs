namespace NGrammys.Storage.Tests.PostgreSql;

public sealed class PostgreSqlTurnTests() : TurnCompliance(new PostgreSqlUnderTest());
