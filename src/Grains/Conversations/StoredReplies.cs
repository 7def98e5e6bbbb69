using NGrammys.Grains.Batching;
using NGrammys.Grains.Interfaces.Conversations;
using NGrammys.Inference.Abstractions;
using NGrammys.Storage;

namespace NGrammys.Grains.Conversations;

/// <summary>Reads what a conversation's turns have said that are over.</summary>
internal sealed class StoredReplies(ConversationRecord record, LocalDevices devices, ITokenizer tokenizer)
{
    /// <summary>A reply from a position on. Where its tokens' texts end only the tokenizer knows that has made them.</summary>
    /// <param name="turn">The turn, which has ended.</param>
    /// <param name="choice">Its alternative.</param>
    /// <param name="from">First position wanted.</param>
    public async Task<IEnumerable<TokenChunk>> ReadAsync(StoredTurn turn, int choice, int from)
    {
        var (rows, end) = (await record.RowsAsync(turn.Id, choice), turn.End!);
        int[] textEnds = turn.Fingerprint == devices.Model.Fingerprint ? TextEnds.Of(rows, TurnPlan.Parse(turn.Settings).CreateDetokenizer(tokenizer)) : [];
        return Chunks.Replay(rows, textEnds, Views.End(end), end.Text.Length, record.Claim!.Epoch, from);
    }
}
