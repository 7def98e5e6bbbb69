using NGrammys.WebFrontend.Limits;

namespace NGrammys.WebFrontend.Tests.Limits;

public sealed class AuditLogTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ngrammys-").FullName;

    private string File => Path.Combine(_folder, AuditLog.FileName);

    [Fact]
    public async Task Entries_are_read_as_they_were_written_and_a_line_that_was_cut_off_is_left_out()
    {
        AuditEntry[] entries = [Entry("one"), Entry("two")];
        await using (var log = new AuditLog(_folder)) log.Add(entries[0]);
        await System.IO.File.AppendAllTextAsync(File, "{\"time\":\n", TestContext.Current.CancellationToken);
        await using (var log = new AuditLog(_folder)) log.Add(entries[1]);

        Assert.Equal(entries, AuditLog.Read(_folder));
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, System.IO.File.GetUnixFileMode(File));
    }

    [Fact]
    public void Folder_without_a_log_has_no_entries() => Assert.Empty(AuditLog.Read(_folder));

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static AuditEntry Entry(string request) => new()
    {
        Time = new DateTimeOffset(2026, 11, 25, 0, 0, 0, TimeSpan.Zero),
        Request = request,
        Key = "laptop",
        Tenant = "local",
        Owner = "owner",
        Method = "POST",
        Endpoint = "/v1/chat/completions",
        Status = 200,
        PromptTokens = 3,
        CompletionTokens = 4,
        Milliseconds = 5,
    };
}
