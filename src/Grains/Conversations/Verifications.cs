using NGrammys.Drafting;
using NGrammys.Grains.Interfaces.Batching;

namespace NGrammys.Grains.Conversations;

/// <summary>A draft tree as it travels to a batcher.</summary>
internal static class Verifications
{
    public static VerificationRequest Ask(Guid sequence, int position, DraftTree? draft)
    {
        if (draft is null || draft.Count == 0) return new VerificationRequest { Sequence = sequence, Position = position };
        var sources = new byte[draft.Count];
        for (var node = 0; node < sources.Length; node++) sources[node] = (byte)draft.Sources[node];
        return new VerificationRequest
        {
            Sequence = sequence,
            Position = position,
            Tokens = draft.Tokens.ToArray(),
            Parents = draft.Parents.ToArray(),
            Sources = sources,
            Survival = draft.Survival.ToArray(),
        };
    }
}
