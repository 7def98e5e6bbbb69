using System.Text;
using NGrammys.Grains.Interfaces.Conversations;
using NGrammys.TestSupport;

namespace NGrammys.Grains.Tests.Hosting;

/// <summary>Reads one reply as a relay does: remembers what is next, reopens there when a stream breaks off, and checks every chunk on the way.</summary>
internal sealed class Reader(IConversationGrain grain, Guid turn)
{
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(1.2);

    private readonly StringBuilder _text = new();

    public List<int> Tokens { get; } = [];

    public string Text => _text.ToString();

    public TurnEnd? End { get; private set; }

    /// <summary>Every chunk as it came, keep-alives included.</summary>
    public List<TokenChunk> Chunks { get; } = [];

    public int Reopened { get; private set; }

    public async Task ReadToEndAsync() => await ReadAsync(_ => false);

    /// <summary>Reads until the condition holds, or to the end.</summary>
    public async Task ReadAsync(Func<Reader, bool> until)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (End is null && !until(this))
        {
            if (TimeProvider.System.GetElapsedTime(began) > EngineFixture.Patience)
                throw new TimeoutException($"The reply stood still at position {Tokens.Count}.");
            try
            {
                await ReadStreamAsync(until);
            }
            catch (Exception e) when (
                e is ConversationException { Error: ConversationError.Unavailable or ConversationError.ModelUnavailable } or EnumerationAbortedException or OrleansException)
            {
                Reopened++;
            }
        }
    }

    /// <summary>Lets an engine make the reply's first passes, and reads the tokens that they bring at least.</summary>
    public async Task StepAsync(Gate gate, int passes)
    {
        await gate.StepAsync(passes);
        await ReadAsync(_ => Tokens.Count >= passes);
    }

    private async Task ReadStreamAsync(Func<Reader, bool> until)
    {
        var chunks = grain.Stream(turn, 0, Tokens.Count).GetAsyncEnumerator();
        while (End is null && !until(this))
        {
            var next = chunks.MoveNextAsync().AsTask();
            // A node that dies says nothing: who hears nothing asks again elsewhere, and never waits for the old stream.
            if (await Task.WhenAny(next, Task.Delay(Silence)) != next)
            {
                Reopened++;
                return;
            }

            if (!await next) return;
            Accept(chunks.Current);
        }

        await chunks.DisposeAsync();
    }

    private void Accept(TokenChunk chunk)
    {
        Chunks.Add(chunk);
        Assert.True(chunk.Position <= Tokens.Count, $"positions {Tokens.Count} to {chunk.Position} were skipped");
        for (var i = 0; i < chunk.Tokens.Length; i++)
        {
            var position = chunk.Position + i;
            if (position == Tokens.Count) Tokens.Add(chunk.Tokens[i]);
            else Assert.Equal(Tokens[position], chunk.Tokens[i]);
        }

        if (chunk.Kind == ChunkKind.Tokens)
        {
            Assert.True(chunk.TextOffset <= _text.Length, $"characters {_text.Length} to {chunk.TextOffset} were skipped");
            var known = Math.Min(_text.Length - chunk.TextOffset, chunk.Text.Length);
            Assert.Equal(_text.ToString(chunk.TextOffset, known), chunk.Text[..known]);
            _text.Append(chunk.Text.AsSpan(known));
            Assert.Equal(chunk.Tokens.Length, chunk.Sources.Length);
            Assert.Equal(chunk.Tokens.Length, chunk.Survival.Length);
        }

        if (chunk.Kind != ChunkKind.End) return;
        Assert.Equal(Tokens.Count, chunk.Position);
        End = chunk.End;
    }
}
