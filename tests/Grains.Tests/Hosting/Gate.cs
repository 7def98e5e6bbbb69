using NGrammys.TestSupport;

namespace NGrammys.Grains.Tests.Hosting;

/// <summary>Holds an engine before each pass until the test lets it go.</summary>
internal sealed class Gate : IDisposable
{
    private readonly SemaphoreSlim _arrived = new(0);
    private readonly SemaphoreSlim _allowed = new(0);
    private readonly SemaphoreSlim _asked = new(0);
    private readonly SemaphoreSlim _started = new(0);
    private volatile bool _open;

    /// <summary>Called by the engine.</summary>
    public void Pass()
    {
        _arrived.Release();
        if (!_open && !_allowed.Wait(EngineFixture.Patience)) throw new TimeoutException("The test never opened the gate.");
    }

    /// <summary>Called when a grain has put a question to the engine.</summary>
    public void Ask() => _asked.Release();

    /// <summary>Called when a grain has given a sequence to the engine.</summary>
    public void Start() => _started.Release();

    /// <summary>Completes when the engine has been given so many sequences more.</summary>
    public async Task StartsAsync(int sequences)
    {
        for (; sequences > 0; sequences--) await _started.WaitAsync().For($"{sequences} more sequences");
    }

    /// <summary>Completes when one more pass has come to the gate.</summary>
    public Task ArrivalAsync() => _arrived.WaitAsync().For("the engine's next pass");

    /// <summary>Completes when a grain waits for tokens: it has what came before.</summary>
    public Task QuestionAsync() => _asked.WaitAsync().For("the grain's next question");

    /// <summary>Lets passes through, each when the grain waits for its tokens: held engines answer nobody.</summary>
    public async Task StepAsync(int passes)
    {
        for (; passes > 0; passes--)
        {
            await QuestionAsync();
            _allowed.Release();
        }
    }

    /// <summary>Lets passes through, whoever they are for.</summary>
    public void Allow(int passes) => _allowed.Release(passes);

    public void Open()
    {
        _open = true;
        _allowed.Release();
    }

    public void Dispose() => Open();
}
