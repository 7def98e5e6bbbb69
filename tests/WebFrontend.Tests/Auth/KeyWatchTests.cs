using Microsoft.Extensions.Time.Testing;
using NGrammys.WebFrontend.Auth;

namespace NGrammys.WebFrontend.Tests.Auth;

public sealed class KeyWatchTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ngrammys-").FullName;
    private readonly FakeTimeProvider _time = new();
    private readonly KeyStore _keys;

    public KeyWatchTests() => _keys = new KeyStore(Path.Combine(_folder, KeyStore.FileName), _time);

    [Fact]
    public void What_runs_under_a_revoked_key_ends_within_five_seconds_and_once()
    {
        using var watch = new KeyWatch(_keys, _time);
        var (revoked, other, signedIn, over) = (0, 0, 0, 0);
        using var first = watch.Watch(Hash("first"), () => revoked++);
        using var second = watch.Watch(Hash("second"), () => other++);
        using var link = watch.Watch(null, () => signedIn++);
        watch.Watch(KeyStore.Hash("ngk_gone"), () => over++).Dispose();
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(0, revoked);

        _keys.Revoke("first");
        _time.Advance(TimeSpan.FromSeconds(5));
        _time.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal((1, 0, 0, 0), (revoked, other, signedIn, over));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string Hash(string name) => KeyStore.Hash(_keys.Create(name));
}
