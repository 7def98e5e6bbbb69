using NGrammys.DemoModel.Questions;
using NGrammys.DemoModel.Tokenization;

namespace NGrammys.DemoModel.Training;

/// <summary>Rows of tokens packed from composed dialogues, and which of their tokens count in the loss.</summary>
internal sealed class RowStream(Dialogues dialogues, ChatTokenizer tokenizer)
{
    // A token of a question counts with this probability: what users say need not be learnt word by word.
    private const double QuestionShare = 0.1;

    /// <summary>
    /// Rows of one batch. Token i of a row predicts token i + 1, so a row holds one token more than its length; <c>Scored</c> are the
    /// positions, rows laid end to end, whose prediction counts.
    /// </summary>
    public (long[] Ids, long[] Scored) Next(int rows, int length, Random random)
    {
        var ids = new List<long>();
        var scored = new List<long>();
        // Long rows hold long conversations, so that the whole context is exercised.
        var meanExchanges = length / 128.0;
        for (var row = 0; row < rows; row++)
        {
            var tokens = new List<(int Id, bool Said)>();
            while (tokens.Count <= length)
            {
                tokens.Add((tokenizer.BeginId, false));
                tokens.AddRange(dialogues.Compose(meanExchanges, random).SelectMany(tokenizer.EncodeExchange));
            }
            for (var i = 0; i < length; i++)
            {
                if (tokens[i + 1].Said || random.NextDouble() < QuestionShare)
                {
                    scored.Add(row * length + i);
                }
            }
            ids.AddRange(tokens.Take(length + 1).Select(token => (long)token.Id));
        }
        return ([.. ids], [.. scored]);
    }
}
