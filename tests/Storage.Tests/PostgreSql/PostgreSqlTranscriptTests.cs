namespace NGrammys.Storage.Tests.PostgreSql;

public sealed class PostgreSqlTranscriptTests() : TranscriptCompliance(new PostgreSqlUnderTest());
