using System.Runtime.CompilerServices;
using System.Threading.Channels;
using NGrammys.Grains.Interfaces.Completions;
using NGrammys.Grains.Interfaces.Conversations;

namespace NGrammys.WebFrontend.OpenAi;

/// <summary>A request that is being answered and not kept. Letting go of it ends it.</summary>
internal sealed class RunningCompletion : IAsyncDisposable
{
    // Readers that lag behind slow the grain's stream down, never the engine.
    private const int Ahead = 8;

    private readonly ICompletionGrain _grain;
    private readonly int _choices;
    private readonly Dictionary<int, string> _spelled = [];

    private RunningCompletion(ICompletionGrain grain, CompletionHandle handle, int choices) => (_grain, Handle, _choices) = (grain, handle, choices);

    public CompletionHandle Handle { get; }

    /// <summary>Has a request answered.</summary>
    /// <param name="grains">The cluster.</param>
    /// <param name="owner">Whose it is.</param>
    /// <param name="model">The model that answers; null = the server's choice.</param>
    /// <param name="request">The request.</param>
    public static async Task<RunningCompletion> BeginAsync(IGrainFactory grains, Owner owner, string? model, CompletionRequest request)
    {
        CallModel.Set(model);
        var grain = grains.GetGrain<ICompletionGrain>(new ConversationKey(owner, Guid.NewGuid()).ToString());
        return new RunningCompletion(grain, await grain.Begin(request), request.Choices);
    }

    /// <summary>What all alternatives say, mixed as it comes, each to its End chunk.</summary>
    public async IAsyncEnumerable<(int Choice, TokenChunk Chunk)> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (_choices == 1)
        {
            await foreach (var chunk in ReadAsync(0, cancellationToken)) yield return (0, chunk);
            yield break;
        }

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var mixed = Channel.CreateBounded<(int, TokenChunk)>(Ahead);
        var copying = Task.WhenAll(Enumerable.Range(0, _choices).Select(choice => CopyAsync(choice, mixed.Writer, stop.Token)));
        _ = copying.ContinueWith(done => mixed.Writer.TryComplete(done.Exception?.InnerException), TaskScheduler.Default);
        try
        {
            await foreach (var item in mixed.Reader.ReadAllAsync(cancellationToken)) yield return item;
        }
        finally
        {
            await stop.CancelAsync();
            await copying.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }

    /// <summary>The text of tokens, each asked for once.</summary>
    public async Task<Func<int, string>> SpellAsync(IEnumerable<int> tokens)
    {
        var unknown = tokens.Distinct().Where(token => !_spelled.ContainsKey(token)).ToArray();
        if (unknown.Length > 0)
        {
            var texts = await _grain.Spell(unknown);
            for (var i = 0; i < unknown.Length; i++) _spelled[unknown[i]] = texts[i];
        }

        return token => _spelled[token];
    }

    public ValueTask DisposeAsync()
    {
        _grain.Forget().Ignore();
        return ValueTask.CompletedTask;
    }

    private async Task CopyAsync(int choice, ChannelWriter<(int, TokenChunk)> to, CancellationToken cancellationToken)
    {
        await foreach (var chunk in ReadAsync(choice, cancellationToken)) await to.WriteAsync((choice, chunk), cancellationToken);
    }

    private async IAsyncEnumerable<TokenChunk> ReadAsync(int choice, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var next = 0; ;)
        {
            await using var chunks = _grain.Stream(choice, next, cancellationToken).GetAsyncEnumerator(cancellationToken);
            while (await MoveAsync(chunks))
            {
                next = Math.Max(next, chunks.Current.Position + chunks.Current.Tokens.Length);
                yield return chunks.Current;
                if (chunks.Current.Kind == ChunkKind.End) yield break;
            }
        }

        // A caller that reads slowly lets the stream expire; it is opened again where it was.
        static async Task<bool> MoveAsync(IAsyncEnumerator<TokenChunk> chunks)
        {
            try
            {
                return await chunks.MoveNextAsync();
            }
            catch (EnumerationAbortedException)
            {
                return false;
            }
        }
    }
}
