using NGrammys.Grains.Batching;
using NGrammys.Grains.Interfaces.Conversations;
using NGrammys.Grains.Observability;
using NGrammys.Inference.Abstractions;
using NGrammys.Storage;

namespace NGrammys.Grains.Conversations;

/// <summary>Makes the record of a turn before its first token: everything that a continuation must not derive again. Thread-safe.</summary>
internal sealed class TurnRecords(ITokenizer tokenizer, LocalDevices devices, Pilot pilot)
{
    /// <summary>A reply to a text that follows <paramref name="parent"/>, or, without a text, to <paramref name="parent"/> itself.</summary>
    /// <param name="stored">The conversation.</param>
    /// <param name="operation">The caller's operation.</param>
    /// <param name="parent">Null = the root.</param>
    /// <param name="text">What the person says.</param>
    /// <param name="settings">Null = those of the conversation.</param>
    /// <param name="said">Ids of what the conversation said last.</param>
    /// <exception cref="ConversationException">A setting is out of range, or the prompt does not fit.</exception>
    public NewTurn Make(StoredConversation stored, Guid operation, Guid? parent, string? text, TurnSettings? settings, ReadOnlySpan<int> said)
    {
        settings ??= Views.Settings(stored.Header);
        var branch = Views.Branch(stored, parent);
        if (text is not null) branch.Add(new ChatMessage(ChatMessage.User, text));
        var leftOut = Views.TurnBefore(stored, parent) is { } before ? TurnPlan.Parse(before.Settings).LeftOut : 0;
        (var prompt, leftOut) = new PromptBuilder(tokenizer, devices.Model).Build(settings.SystemPrompt, branch, said, leftOut, settings.RefusesToCut);
        var seed = settings.Seed ?? TurnPlan.FreshSeed();
        var id = Guid.NewGuid();
        var kind = branch.Exists(message => message.Role == ChatMessage.Assistant) ? TurnKind.Later : TurnKind.First;
        var plan = Plan(settings, stored.Header.Id.Tenant, prompt, seed, id, kind) with { LeftOut = leftOut };
        return new NewTurn
        {
            Id = id,
            Operation = operation,
            Parent = parent,
            Message = text is null ? null : new NewMessage(Guid.NewGuid(), MessageRole.User, text),
            Reply = Guid.NewGuid(),
            Prompt = prompt,
            Settings = plan.ToJson(),
            Seed = seed,
            Fingerprint = devices.Model.Fingerprint,
        };
    }

    /// <summary>Settles what the settings of a reply leave open.</summary>
    /// <param name="settings">What it was asked to do.</param>
    /// <param name="tenant">Whose it is.</param>
    /// <param name="prompt">What it answers.</param>
    /// <param name="seed">Key of its noise.</param>
    /// <param name="turn">Its id.</param>
    /// <param name="kind">What kind of turn it is, but for its constraint.</param>
    /// <exception cref="ConversationException">A setting is out of range, or the engine could not do it.</exception>
    public TurnPlan Plan(TurnSettings settings, string tenant, int[] prompt, ulong seed, Guid turn, TurnKind kind)
    {
        var plan = TurnPlan.Resolve(settings, devices.Model, prompt.Length).Expecting(settings.Prediction, tokenizer).In(pilot.ControlShare, settings, turn, kind);
        plan.Check(devices[0], tenant, prompt, seed);
        return plan;
    }
}
