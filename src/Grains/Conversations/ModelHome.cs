using System.Diagnostics.CodeAnalysis;
using NGrammys.Grains.Batching;
using NGrammys.Grains.Interfaces.Conversations;
using NGrammys.Grains.Placement;
using NGrammys.Storage;

namespace NGrammys.Grains.Conversations;

/// <summary>The model that a conversation is held with, and whether its replies are made here. What was said can be read on any silo.</summary>
/// <remarks>Used on the conversation's activation.</remarks>
internal sealed class ModelHome(ConversationRecord record, LocalDevices devices, SiloLoads loads)
{
    /// <summary>Whether this silo serves it.</summary>
    public bool IsHere => record.Model is not { } model || model == devices.Model.Name;

    /// <summary>Whether another silo serves it, so that the conversation must move there.</summary>
    public bool IsElsewhere => !IsHere && loads.Serves(record.Model!);

    /// <summary>What is said where a reply is asked for that is not made here.</summary>
    public ConversationException Refusal => IsHere || IsElsewhere ? Refused.Moved() : Refused.NotServed(record.Model!);

    /// <summary>A model that a conversation may be held with from now on; null = none is chosen.</summary>
    /// <exception cref="ConversationException">Nobody serves it.</exception>
    public string? Checked(string? model) =>
        model is null || Serves(model) ? model : throw Refused.NotServed(model);

    /// <summary>Whether a model is served, here or elsewhere.</summary>
    public bool Serves([NotNullWhen(true)] string? model) => model is not null && (model == devices.Model.Name || loads.Serves(model));

    /// <summary>How many tokens the model of a fingerprint knows; null = it is not served, or does not say.</summary>
    public int? VocabularyOf(string fingerprint) => fingerprint == devices.Model.Fingerprint
        ? devices.Model.VocabularySize
        : loads.Models.FirstOrDefault(model => model.Fingerprint == fingerprint) is { VocabularySize: > 0 and var size } ? size : null;

    /// <summary>Holds the conversation to the model that an unfinished reply was begun with, where nobody has chosen one and another silo serves it.</summary>
    public async Task FollowAsync(StoredTurn turn)
    {
        if (record.Model is null && turn.Fingerprint != devices.Model.Fingerprint && loads.Models.FirstOrDefault(model => model.Fingerprint == turn.Fingerprint) is { } served)
            await record.ChangeAsync(new ConversationChange(Model: served.Name));
    }
}
