using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using NGrammys.Grains.Interfaces.Batching;
using NGrammys.Grains.Interfaces.Conversations;
using NGrammys.Grains.Observability;
using NGrammys.Inference.Abstractions;
using NGrammys.Storage;

namespace NGrammys.Grains.Conversations;

/// <summary>One reply while it is being made: draft, verify, append to the transcript, then show.</summary>
/// <remarks>
/// Two loops on the conversation's activation. Generation runs ahead; publication follows on its own clock and shows nothing that is not
/// durable. Losing the fence or the activation ends both without a trace: whoever owns the conversation next goes on from the transcript.
/// </remarks>
[SuppressMessage("Design", "CA1001", Justification = "A token source without timer or wait handle holds nothing that would have to be released.")]
internal sealed class RunningTurn
{
    // Tokens made but not stored; a store that is away stops generation there.
    private const int MaxUnstored = 512;

    private readonly TurnContext _context;
    private readonly TurnPlan _plan;
    private readonly StoppingDetokenizer _detokenizer;
    private readonly StringBuilder _text = new();
    private readonly List<int> _ids;
    private readonly TurnPublisher _publisher;
    private readonly CancellationTokenSource _halt = new();
    private readonly TaskScheduler _activation = TaskScheduler.Current;
    private readonly long _began;
    private readonly Activity? _trace;
    private readonly bool _whole;
    private TurnStatistics _statistics;
    private double _deviceSeconds;
    private long? _firstToken;

    /// <summary>Takes up a turn whose record is durable.</summary>
    /// <param name="context">What it works with.</param>
    /// <param name="turn">The turn record.</param>
    /// <param name="said">Rows that an earlier activation has stored; they are replayed, not generated again.</param>
    public RunningTurn(TurnContext context, StoredTurn turn, IReadOnlyList<TranscriptRow> said)
    {
        (_context, Turn, _plan) = (context, turn, TurnPlan.Parse(turn.Settings));
        _publisher = new TurnPublisher(context, turn.Id, Log);
        _detokenizer = _plan.CreateDetokenizer(context.Tokenizer);
        _began = context.Time.GetTimestamp();
        _trace = TurnInstruments.Begin(context.Model, context.Prompt.Length);
        _ids = [.. context.Prompt];
        _statistics = new TurnStatistics { PromptTokens = context.Prompt.Length, PredictionTokens = _plan.Prediction.Length, LeftOut = _plan.LeftOut };
        _whole = said.Count == 0;
        context.History.Expect(context.Prompt.Length, _plan.Prediction);
        foreach (var row in said)
        {
            Say(row.Tokens);
            _statistics = _statistics.With(row);
        }

        Log.Publish(said, _statistics, null);
        var generated = GenerateAsync();
        Completion = Task.WhenAll(generated, PublishAsync(generated));
    }

    public StoredTurn Turn { get; }

    /// <summary>Ids that the reply answers.</summary>
    public int[] Prompt => _context.Prompt;

    public TurnLog Log { get; } = new();

    /// <summary>Ends when the turn's end is durable or the turn is abandoned. Never fails.</summary>
    public Task Completion { get; }

    private int Position => _ids.Count - _context.Prompt.Length;

    /// <summary>Ends the reply now, whatever the engine is at; what it has said stays.</summary>
    public void Stop() => _halt.Cancel();

    /// <summary>Lets go of the turn as soon as all that it has said is stored, for the next owner of the conversation. Callable from any thread.</summary>
    public void HandOver()
    {
        _publisher.HandsOver = true;
        _halt.Cancel();
    }

    /// <summary>Lets go of the turn, whatever of it is stored, for the next owner of the conversation. Callable from any thread.</summary>
    public void Drop() => Task.Factory.StartNew(Abandon, CancellationToken.None, TaskCreationOptions.None, _activation).Ignore();

    /// <summary>Lets go of the turn without ending it, for the next owner of the conversation.</summary>
    public void Abandon()
    {
        if (Log.Abandoned || Log.End is not null) return;
        Log.Abandon();
        _halt.Cancel();
        _trace?.SetTag("ngrammys.handed_over", true).Dispose();
    }

    [SuppressMessage("Design", "CA1031", Justification = "The loop's top: a reply whose silo is dying, say, belongs to the next activation.")]
    private async Task GenerateAsync()
    {
        // A device that hangs answers nobody.
        await using var loss = _context.DeviceLost.Register(Drop);
        try
        {
            Finish(await DecodeAsync(), null);
        }
        catch (OperationCanceledException) when (_publisher.HandsOver)
        {
            // Whole steps are made, and publication stores them.
        }
        catch (OperationCanceledException) when (_halt.IsCancellationRequested)
        {
            Finish("cancelled", null);
        }
        catch (BatcherException e)
        {
            Finish("error", e.Message, e.Error);
        }
        catch (Exception e)
        {
            LetGo(e);
        }
    }

    private async Task<string> DecodeAsync()
    {
        while (Position < _plan.MaxTokens)
        {
            // What an earlier activation stored may end with the last word, its end alone having been lost.
            if (Position > 0 && _plan.StopTokens.Contains(_ids[^1])) return "stop";
            if (_detokenizer.Stopped && Position >= _plan.MinTokens) return "stop";
            var start = _plan.Start(_context.Tenant, [.. _ids], Position, Turn.Seed, _context.Choice) with
            {
                Conversation = _context.Claim.Conversation.Id,
                Trace = _trace is { Recorded: true } ? _trace.Id : null,
            };
            try
            {
                Log.Ahead = () => _context.Engine.Load.Ahead(start.Sequence);
                await _context.Batcher.Start(start).WaitAsync(_halt.Token);
                if (await DecodeAsync(start.Sequence) is { } finish) return finish;
            }
            finally
            {
                // Nobody waits for it: the engine ignores what has ended, and forgets by itself what it never hears of again.
                _context.Batcher.Cancel(start.Sequence).Ignore();
            }
        }

        return "length";
    }

    /// <summary>Drafts and verifies to the end of a sequence. Null if the engine has lost it: then it is started again from where it was.</summary>
    private async Task<string?> DecodeAsync(Guid sequence)
    {
        while (true)
        {
            var draft = _plan.MaxDraftNodes == 0 ? null : _context.History.Draft(_plan.Budget(_context.Engine.Load.NodePrice));
            VerificationResult result;
            try
            {
                result = await _context.Batcher.Verify(Verifications.Ask(sequence, Position, draft)).WaitAsync(_halt.Token);
            }
            catch (TimeoutException)
            {
                // The queue is long. Asking again tells the engine that somebody still wants the reply.
                continue;
            }
            catch (BatcherException e) when (e.Error == nameof(EngineError.UnknownSequence))
            {
                return null;
            }

            foreach (var step in result.Steps)
            {
                TurnInstruments.Step(_trace, step, draft is null ? default : draft.Sources);
                Append(step);
            }

            if (result.Finish is { } finish) return finish;
            while (Position - Log.Head > MaxUnstored) await _publisher.Stored.WaitAsync(_halt.Token);
        }
    }

    private void Append(VerifiedStep step)
    {
        _deviceSeconds += step.DeviceSeconds;
        _context.History.Observe(step);
        var offset = _text.Length;
        Say(step.Tokens);
        var row = new TranscriptRow
        {
            Choice = _context.Choice,
            Position = step.Position,
            Step = step.Step,
            Tokens = step.Tokens,
            Sources = step.Sources,
            Survival = step.Survival,
            Drafted = step.Drafted,
            TextOffset = offset,
            Text = _text.ToString(offset, _text.Length - offset),
        };
        Log.Tell(step.Position, step.LogProbabilities);
        // Of a continuation, prompt and reply look alike to the engine.
        if (step.Position == 0) _statistics = _statistics with { CachedTokens = step.Reused };
        Count(row);
        _publisher.Add(row, _statistics);
    }

    private void Say(int[] tokens)
    {
        _ids.AddRange(tokens);
        foreach (var token in tokens)
        {
            _text.Append(_detokenizer.Append(token));
            Log.TextEnds.Add(_text.Length);
        }
    }

    private void Count(TranscriptRow row)
    {
        var now = _context.Time.GetTimestamp();
        _firstToken ??= now;
        _statistics = _statistics.With(row) with
        {
            TimeToFirstToken = row.Position == 0 ? _context.Time.GetElapsedTime(_began, now).TotalSeconds : _statistics.TimeToFirstToken,
            Seconds = _context.Time.GetElapsedTime(_firstToken.Value, now).TotalSeconds,
        };
    }

    private void Finish(string finish, string? error, string? cause = null)
    {
        if (Log.Abandoned) return;
        // The text of a reply is that of its rows: half a code point shows as U+FFFD where its row can still say so, and not at all otherwise.
        if (_publisher.HasUnstored)
        {
            var rest = _detokenizer.Flush();
            _publisher.Extend(rest);
            _text.Append(rest);
        }

        var end = new TurnEnd { Finish = finish, Error = error, Cause = cause, Statistics = _statistics };
        _publisher.End(end, _text.ToString());
        TurnInstruments.End(_trace, _context.Model, end);
        // Of a continuation, what the device has spent on it before is not known.
        if (_whole && _plan.Kind is { } kind) _context.Pilot.Count(kind, control: _plan.MaxDraftNodes == 0, _statistics.Tokens, _deviceSeconds);
    }

    [SuppressMessage("Design", "CA1031", Justification = "As above.")]
    private async Task PublishAsync(Task generated)
    {
        try
        {
            if (!await _publisher.RunAsync(generated)) Abandon();
        }
        catch (Exception e)
        {
            LetGo(e);
        }
    }

    private void LetGo(Exception reason)
    {
        if (!Log.Abandoned) _context.Logger.LogTurnLost(reason, Turn.Id);
        Abandon();
    }
}
