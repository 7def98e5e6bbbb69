using System.Security.Claims;
using Microsoft.Extensions.Time.Testing;
using NGrammys.WebFrontend.Auth;

namespace NGrammys.WebFrontend.Tests.Auth;

public sealed class AdmissionWatchTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ngrammys-").FullName;
    private readonly FakeTimeProvider _time = new();
    private readonly KeyStore _keys;
    private readonly SignedOutSessions _signedOut;

    public AdmissionWatchTests() =>
        (_keys, _signedOut) = (new KeyStore(Path.Combine(_folder, KeyStore.FileName), _time), new SignedOutSessions(Path.Combine(_folder, "signed-out"), _time));

    [Fact]
    public void What_runs_under_a_revoked_key_ends_within_five_seconds_and_once()
    {
        using var watch = new AdmissionWatch(new Admission(_keys, _signedOut), _time);
        var (revoked, other, signedIn, over) = (0, 0, 0, 0);
        using var first = watch.Watch(Caller("first"), () => revoked++);
        using var second = watch.Watch(Caller("second"), () => other++);
        using var link = watch.Watch(new ClaimsPrincipal(), () => signedIn++);
        watch.Watch(Identity.Local.ToPrincipal("test").WithKey(KeyStore.Hash("ngk_gone")), () => over++).Dispose();
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(0, revoked);

        _keys.Revoke("first");
        _time.Advance(TimeSpan.FromSeconds(5));
        _time.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal((1, 0, 0, 0), (revoked, other, signedIn, over));
    }

    [Fact]
    public void What_runs_for_a_browser_that_signed_out_ends_and_others_of_its_person_go_on()
    {
        using var watch = new AdmissionWatch(new Admission(_keys, _signedOut), _time);
        var (here, there) = (Guid.NewGuid(), Guid.NewGuid());
        var (ended, goesOn) = (0, 0);
        using var first = watch.Watch(Browser(here), () => ended++);
        using var second = watch.Watch(Browser(there), () => goesOn++);

        _signedOut.Add(here);
        _time.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal((1, 0), (ended, goesOn));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private ClaimsPrincipal Caller(string name) => Identity.Local.ToPrincipal("test").WithKey(KeyStore.Hash(_keys.Create(name)));

    private static ClaimsPrincipal Browser(Guid session) => new(new ClaimsIdentity([new Claim("session", session.ToString())], "test"));
}
