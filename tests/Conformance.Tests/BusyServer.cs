using NGrammys.TestSupport;

namespace NGrammys.Conformance.Tests;

/// <summary>A server with room for a few replies, whose model takes a set time for a pass and goes on for ever.</summary>
public sealed class BusyServer() : EngineServer("busy", "busy", Rows / 2, Rows, context => 'a' + context.Count % 26)
{
    public const int Rows = 2048;

    private static readonly TimeSpan Pass = TimeSpan.FromMilliseconds(5);

    private readonly ManualResetEventSlim _never = new();
    private long _passes;

    /// <summary>Passes so far.</summary>
    public long Passes => Interlocked.Read(ref _passes);

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _never.Dispose();
    }

    protected override void BeforePass()
    {
        Interlocked.Increment(ref _passes);
        _never.Wait(Pass);
    }
}
