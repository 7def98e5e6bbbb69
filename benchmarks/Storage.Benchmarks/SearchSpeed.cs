using System.Text;

namespace NGrammys.Storage.Benchmarks;

/// <summary>How long a page of search takes over each store, where another owner has said as much.</summary>
internal static class SearchSpeed
{
    private const int Page = 20;
    private const int PerConversation = 100;
    private const int Words = 80; // a message
    private const string Rare = "hippopotamus", RareJapanese = "河馬";

    private static readonly string[] Vocabulary =
    [
        "the", "of", "and", "to", "a", "model", "token", "draft", "engine", "server", "store", "while", "because", "speculation", "hedgehog",
        "これは", "です", "検索", "全文検索", "言語", "速い", "予測", "会話", "日本語の", "モデル", "サーバー",
    ];

    public static async Task MeasureAsync(Contenders stores, int messages, int rounds)
    {
        string[] queries = [Rare, "hedgehog", "the", "spec hedge", RareJapanese, "検索", "全文検索", "語", "zebra"];
        Console.WriteLine($"{messages} messages of {Words} words in conversations of {PerConversation}, as many of another owner; ms a page of {Page}, p50 (p99) of {rounds} rounds");
        Console.WriteLine($"{"store",-12}{"stored in s",12}" + string.Concat(queries.Select(query => $"{query,17}")));
        foreach (var (name, store, _) in stores.All)
        {
            var began = TimeProvider.System.GetTimestamp();
            foreach (var owner in (string[])["me", "other"]) await FillAsync(store, owner, messages);
            var filled = TimeProvider.System.GetElapsedTime(began).TotalSeconds;
            var times = queries.Select(_ => new Quantiles()).ToList();
            for (var round = 0; round < rounds; round++)
            {
                for (var i = 0; i < queries.Length; i++)
                {
                    var asked = TimeProvider.System.GetTimestamp();
                    await store.SearchAsync("benchmark", "me", SearchTerms.Parse(queries[i])!, null, Page);
                    times[i].Add(TimeProvider.System.GetElapsedTime(asked).TotalMilliseconds);
                }
            }

            Console.WriteLine($"{name,-12}{filled,12:f1}" + string.Concat(times.Select(time => $"{time.At(0.5),10:f1} ({time.At(0.99),4:f0})")));
        }
    }

    private static async Task FillAsync(IConversationStore store, string owner, int messages)
    {
        var random = new Random(1);
        for (var stored = 0; stored < messages; stored += PerConversation)
        {
            Guid? parent = null;
            var said = new List<StoredMessage>();
            for (var i = 0; i < Math.Min(PerConversation, messages - stored); i++)
            {
                var rare = stored == messages / 2 / PerConversation * PerConversation && i == 0;
                said.Add(new StoredMessage
                {
                    Id = Guid.NewGuid(),
                    Parent = parent,
                    Role = MessageRole.User,
                    Text = Text(random) + (rare ? $" {Rare} {RareJapanese}" : ""),
                    Created = DateTimeOffset.UnixEpoch,
                    Operation = Guid.NewGuid(),
                });
                parent = said[^1].Id;
            }

            await store.ImportAsync(new ImportedConversation(
                new ConversationHeader
                {
                    Id = new ConversationId("benchmark", owner, Guid.NewGuid()),
                    Title = Text(random)[..20],
                    Settings = "{}",
                    Created = DateTimeOffset.UnixEpoch,
                    Updated = DateTimeOffset.UnixEpoch.AddSeconds(stored),
                    Leaf = parent,
                    Running = false,
                },
                said, []), Guid.NewGuid());
        }
    }

    private static string Text(Random random)
    {
        var text = new StringBuilder();
        for (var i = 0; i < Words; i++)
        {
            // Few words often, most seldom, as in languages.
            text.Append(Vocabulary[(int)(Vocabulary.Length * Math.Pow(random.NextDouble(), 2))]).Append(' ');
            if (random.Next(4) == 0) text.Append((char)('a' + random.Next(26)), random.Next(3, 9)).Append(' ');
        }

        return text.ToString();
    }
}
