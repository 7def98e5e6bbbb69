using NGrammys.Grains.Batching;
using NGrammys.Grains.Interfaces.Conversations;
using NGrammys.Grains.Placement;
using NGrammys.Storage;

namespace NGrammys.Grains.Conversations;

/// <summary>The model that a conversation is held with, and whether its replies are made here. What was said can be read on any silo.</summary>
/// <remarks>
/// A name is stored only where there is a choice: what one model alone has served goes on with whatever is served next. Used on the conversation's activation.
/// </remarks>
internal sealed class ModelHome(ConversationRecord record, LocalDevices devices, SiloLoads loads)
{
    /// <summary>Whether this silo serves it.</summary>
    public bool IsHere => record.Model is not { } model || model == devices.Model.Name;

    /// <summary>Whether another silo serves it, so that the conversation must move there.</summary>
    public bool IsElsewhere => !IsHere && loads.Serves(record.Model!);

    /// <summary>What is said where a reply is asked for that is not made here.</summary>
    public ConversationException Refusal => IsHere || IsElsewhere ? Refused.Moved() : Refused.NotServed(record.Model!);

    /// <summary>The name that a new conversation is stored with.</summary>
    /// <param name="asked">The model that was asked for; null = none.</param>
    /// <exception cref="ConversationException">Nobody serves it.</exception>
    public string? Name(string? asked)
    {
        if (asked is not null && !IsServed(asked)) throw Refused.NotServed(asked);
        return loads.Models.Count > 1 ? asked : null;
    }

    /// <summary>Whether it would be held with another model than now, or with one for the first time where there is a choice.</summary>
    public bool IsOther(string model) => record.Model is { } held ? held != model : loads.Models.Count > 1;

    /// <summary>Changes the model.</summary>
    /// <exception cref="ConversationException">Nobody serves it.</exception>
    public Task ChangeAsync(string model) =>
        IsServed(model) ? record.ChangeAsync(new ConversationChange(Model: model)) : throw Refused.NotServed(model);

    /// <summary>Holds the conversation to the model that an unfinished reply was begun with, where nobody has chosen one and another silo serves it.</summary>
    public async Task FollowAsync(StoredTurn turn)
    {
        if (record.Model is null && turn.Fingerprint != devices.Model.Fingerprint && loads.Models.FirstOrDefault(model => model.Fingerprint == turn.Fingerprint) is { } served)
            await record.ChangeAsync(new ConversationChange(Model: served.Name));
    }

    private bool IsServed(string model) => model == devices.Model.Name || loads.Serves(model);
}
