using Microsoft.Extensions.Logging;
using NGrammys.Grains.Interfaces.Batching;
using NGrammys.Grains.Observability;
using NGrammys.Inference.Abstractions;
using NGrammys.Storage;

namespace NGrammys.Grains.Conversations;

/// <summary>What a running turn works with.</summary>
internal sealed record TurnContext
{
    public required string Tenant { get; init; }

    /// <summary>Name of the model, for telemetry.</summary>
    public required string Model { get; init; }

    /// <summary>The right to append.</summary>
    public required Claim Claim { get; init; }

    /// <summary>Index of the reply among its alternatives; a key of the noise.</summary>
    public int Choice { get; init; }

    /// <summary>Ids of the rendered prompt.</summary>
    public required int[] Prompt { get; init; }

    /// <summary>The conversation's own; it has read the prompt and what the turn has said.</summary>
    public required TokenHistory History { get; init; }

    public required IBatcherGrain Batcher { get; init; }

    /// <summary>The engine behind the batcher: what its passes cost bounds the drafts.</summary>
    public required IInferenceEngine Engine { get; init; }

    /// <summary>Cancelled when its device hangs.</summary>
    public required CancellationToken DeviceLost { get; init; }

    public required ITranscriptStore Transcript { get; init; }

    public required ITokenizer Tokenizer { get; init; }

    public required TimeProvider Time { get; init; }

    public required ILogger Logger { get; init; }

    /// <summary>Counts what the turn has cost.</summary>
    public required Pilot Pilot { get; init; }
}
