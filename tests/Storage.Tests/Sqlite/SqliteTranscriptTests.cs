namespace NGrammys.Storage.Tests.Sqlite;

public sealed class SqliteTranscriptTests() : TranscriptCompliance(new SqliteUnderTest());
