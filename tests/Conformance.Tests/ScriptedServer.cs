using System.Text;
using NGrammys.TestSupport;

namespace NGrammys.Conformance.Tests;

/// <summary>A server whose model says what the last message tells it: behind "say " that text, else how it was addressed; and a plain text it goes on with "tick tock".</summary>
public sealed class ScriptedServer() : EngineServer("scripted", "0123456789abcdef", Context, rows: 100_000, Next)
{
    public const int Context = 4096;

    private readonly ManualResetEventSlim _goesOn = new(true);

    /// <summary>What the model answers to a message.</summary>
    public static string Answer(string message) =>
        message.StartsWith("say ", StringComparison.Ordinal) ? message[4..]
        : message == "go on for ever" ? string.Concat(Enumerable.Repeat("and on ", Context))
        : $"You said: {message}";

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _goesOn.Dispose();
    }

    /// <summary>Holds the model before its next pass, for everybody, until what it returns is disposed.</summary>
    internal IDisposable Hold() => new Held(_goesOn);

    protected override void BeforePass()
    {
        if (!_goesOn.Wait(EngineFixture.Patience)) throw new TimeoutException("The test never let the model go on.");
    }

    private static int Next(IReadOnlyList<int> context)
    {
        var start = LastIndexOf(context, ByteTokenizer.Assistant, context.Count);
        if (start < 0) return "tick tock "u8[context.Count % 10];
        var asked = LastIndexOf(context, ByteTokenizer.User, start);
        var message = new ByteTokenizer().Decode([.. context.Skip(asked + 1).TakeWhile(token => token != ByteTokenizer.End)], skipSpecial: true);
        var reply = Encoding.UTF8.GetBytes(Answer(message));
        var said = context.Count - start - 1;
        return said < reply.Length ? reply[said] : ByteTokenizer.End;
    }

    private static int LastIndexOf(IReadOnlyList<int> context, int token, int before)
    {
        var index = before - 1;
        while (index >= 0 && context[index] != token) index--;
        return index;
    }

    private sealed class Held : IDisposable
    {
        private readonly ManualResetEventSlim _goesOn;

        public Held(ManualResetEventSlim goesOn)
        {
            _goesOn = goesOn;
            _goesOn.Reset();
        }

        public void Dispose() => _goesOn.Set();
    }
}
