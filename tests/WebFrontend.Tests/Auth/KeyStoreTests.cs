using NGrammys.Client;
using NGrammys.Client.Protocol;
using NGrammys.Grains.Interfaces.Conversations;
using NGrammys.WebFrontend.Auth;

namespace NGrammys.WebFrontend.Tests.Auth;

public sealed class KeyStoreTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ngrammys-").FullName;

    private string File => Path.Combine(_folder, KeyStore.FileName);

    [Fact]
    public void A_key_opens_until_it_is_revoked()
    {
        var keys = Open();
        var key = keys.Create("laptop");

        Assert.Equal(new Owner("local", "owner"), keys.Find(key));
        Assert.Null(keys.Find(key + "x"));
        Assert.True(keys.Revoke("laptop"));
        Assert.Null(keys.Find(key));
        Assert.False(keys.Revoke("laptop"));
    }

    [Fact]
    public void A_running_server_sees_what_another_process_changes()
    {
        var server = Open();
        Assert.Null(server.Find("ngk_unknown"));

        var key = Open().Create("made elsewhere");
        Assert.NotNull(server.Find(key));

        Open().Revoke("made elsewhere");
        Assert.Null(server.Find(key));
    }

    [Fact]
    public void The_file_gives_no_key_away()
    {
        var key = Open().Create("laptop");

        Assert.DoesNotContain(key, System.IO.File.ReadAllText(File));
        Assert.Equal("laptop", Assert.Single(Open().List()).Name);
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, System.IO.File.GetUnixFileMode(File));
    }

    [Theory]
    [InlineData("laptop", RefusalCode.Conflict)]
    [InlineData(" ", RefusalCode.InvalidRequest)]
    public void A_name_must_be_new_and_say_something(string name, string code)
    {
        Open().Create("laptop");

        Assert.Equal(code, Assert.Throws<ChatException>(() => Open().Create(name)).Code);
    }

    [Fact]
    public void A_damaged_file_is_named()
    {
        System.IO.File.WriteAllText(File, "[{");

        Assert.Contains(File, Assert.Throws<ChatException>(() => Open().List()).Message);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private KeyStore Open() => new(File, TimeProvider.System);
}
