using System.Runtime.CompilerServices;
using NGrammys.Grains.Interfaces.Conversations;

namespace NGrammys.WebFrontend.Tests.Streaming;

/// <summary>A conversation whose stream does what a script says, once per time it is opened.</summary>
internal sealed class ScriptedConversation(params ScriptedConversation.Step[][] attempts)
{
    private readonly TaskCompletionSource _readerGone = new();

    public abstract record Step
    {
        public sealed record Say(TokenChunk Chunk) : Step;

        public sealed record Fail(Exception Error) : Step;

        /// <summary>Sends nothing for ever, and does not even notice that nobody listens any more.</summary>
        public sealed record Hang : Step;
    }

    public static readonly Step Hang = new Step.Hang();

    public List<int> OpenedAt { get; } = [];

    /// <summary>Completes when a reader has let go of a stream.</summary>
    public Task ReaderGone => _readerGone.Task;

    public static Step Tokens(int position, params int[] tokens) => Say(ChunkKind.Tokens, position, epoch: 1, tokens);

    public static Step End(int position) => Say(ChunkKind.End, position);

    public static Step Say(ChunkKind kind, int position, long epoch = 1, params int[] tokens) => new Step.Say(new TokenChunk
    {
        Kind = kind,
        Epoch = epoch,
        Position = position,
        TextOffset = position,
        Text = string.Concat(tokens.Select(token => (char)('a' + token))),
        Tokens = tokens,
        Sources = new byte[tokens.Length],
        Survival = new float[tokens.Length],
        End = kind == ChunkKind.End ? new TurnEnd { Finish = "stop", Statistics = new TurnStatistics() } : null,
    });

    public static Step Fail(Exception? error = null) => new Step.Fail(error ?? new InvalidOperationException("The silo is gone."));

    public async IAsyncEnumerable<TokenChunk> Stream(int from, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        OpenedAt.Add(from);
        var steps = attempts[Math.Min(OpenedAt.Count, attempts.Length) - 1];
        try
        {
            foreach (var step in steps)
            {
                cancellationToken.ThrowIfCancellationRequested();
                switch (step)
                {
                    case Step.Say say:
                        yield return say.Chunk;
                        break;
                    case Step.Fail fail:
                        throw fail.Error;
                    case Step.Hang:
                        await new TaskCompletionSource().Task;
                        break;
                }
            }
        }
        finally
        {
            _readerGone.TrySetResult();
        }
    }
}
