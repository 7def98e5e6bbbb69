using Microsoft.Extensions.Logging;
using NGrammys.Grains.Batching;
using NGrammys.Grains.Interfaces.Batching;
using NGrammys.Grains.Interfaces.Conversations;
using NGrammys.Grains.Observability;
using NGrammys.Inference.Abstractions;
using NGrammys.Storage;

namespace NGrammys.Grains.Conversations;

/// <summary>Begins replies on this silo's engines. Thread-safe.</summary>
internal sealed class TurnRunner(
    LocalDevices devices, ITokenizer tokenizer, Pilot pilot, ILocalSiloDetails silo, IGrainFactory grains, TimeProvider time, ILogger<RunningTurn> logger)
{
    /// <summary>A place in its device's queue for a reply that is about to be begun, while nothing of it is stored and nobody is charged; to be disposed when it runs.</summary>
    /// <param name="device">Ordinal of the device.</param>
    /// <param name="tenant">Whose it is.</param>
    /// <param name="plan">What it is asked to do.</param>
    /// <param name="prompt">Ids that it answers.</param>
    /// <exception cref="ConversationException">Too many wait.</exception>
    public IDisposable Reserve(int device, string tenant, TurnPlan plan, int[] prompt) =>
        devices[device].Reserve(plan.Start(tenant, prompt, position: 0, seed: 0).ToRequest()) ?? throw Refused.Overloaded();

    /// <summary>Takes up a turn whose record is durable. It runs on the caller's activation.</summary>
    /// <param name="turn">Its record.</param>
    /// <param name="claim">The right to append.</param>
    /// <param name="transcript">Where it appends.</param>
    /// <param name="prompt">Ids that it answers.</param>
    /// <param name="said">What an earlier activation has stored of it.</param>
    /// <param name="history">The conversation's own, which has read both.</param>
    /// <param name="device">Ordinal of the device, which it has entered.</param>
    /// <param name="choice">Index of the reply among its alternatives.</param>
    public RunningTurn Run(
        StoredTurn turn, Claim claim, ITranscriptStore transcript, int[] prompt, IReadOnlyList<TranscriptRow> said, TokenHistory history, int device, int choice = 0)
    {
        var running = new RunningTurn(new TurnContext
        {
            Tenant = claim.Conversation.Tenant,
            Model = devices.Model.Name,
            Claim = claim,
            Choice = choice,
            Prompt = prompt,
            History = history,
            Batcher = grains.GetGrain<IBatcherGrain>(new BatcherKey(silo.SiloAddress, device).ToString()),
            Engine = devices[device],
            DeviceLost = devices.LossOf(device),
            Transcript = transcript,
            Tokenizer = tokenizer,
            Time = time,
            Logger = logger,
            Pilot = pilot,
        }, turn, said);
        running.Completion.ContinueWith(_ => devices.Leave(device), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        return running;
    }
}
