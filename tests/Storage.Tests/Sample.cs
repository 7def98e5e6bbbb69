namespace NGrammys.Storage.Tests;

/// <summary>Conversations, turns and rows to store.</summary>
internal static class Sample
{
    public static ConversationId Conversation(string tenant = "acme", string owner = "ann") => new(tenant, owner, Guid.NewGuid());

    public static NewTurn Turn(Guid? parent = null, string text = "Hello") => new()
    {
        Id = Guid.NewGuid(),
        Operation = Guid.NewGuid(),
        Parent = parent,
        Message = new NewMessage(Guid.NewGuid(), MessageRole.User, text),
        Reply = Guid.NewGuid(),
        Prompt = [1, 2, int.MaxValue],
        Settings = """{"temperature":0.5}""",
        Seed = ulong.MaxValue - 1,
        Fingerprint = "sha256:abc",
    };

    /// <summary>A row whose tokens are numbered from <paramref name="first"/>, or from its position.</summary>
    public static TranscriptRow Row(int position, int count = 1, int choice = 0, int? first = null) => new()
    {
        Choice = choice,
        Position = position,
        Step = position,
        Tokens = [.. Enumerable.Range(first ?? position, count)],
        Sources = [.. Enumerable.Range(0, count).Select(i => (byte)i)],
        Survival = [.. Enumerable.Range(0, count).Select(i => 1f / (i + 1))],
        Drafted = 7,
        TextOffset = position * 2,
        Text = "é🦔",
    };

    public static StoredEnd End(string text = "A reply", string? error = null) =>
        new() { Finish = "stop", Text = text, Error = error, Statistics = """{"steps":3}""" };

    /// <summary>Two branches and two turns, one with two choices.</summary>
    public static ImportedConversation Imported(DateTimeOffset now)
    {
        var (question, reply, other) = (Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid());
        StoredTurn turn = new()
        {
            Id = Guid.NewGuid(),
            Operation = Guid.NewGuid(),
            Reply = reply,
            Settings = """{"temperature":0.5}""",
            Seed = ulong.MaxValue - 1,
            Fingerprint = "sha256:abc",
            Choices = 2,
            Attempts = 1,
            Began = now.AddDays(-2),
            Ended = now.AddDays(-1),
            End = End("Beetles. 甲虫です\0"),
        };
        return new ImportedConversation(
            new ConversationHeader
            {
                Id = Conversation(),
                Title = "On hedgehogs",
                Settings = """{"a":1}""",
                Created = now.AddDays(-3),
                Updated = now,
                Leaf = other,
                Pinned = true,
                Model = "a/model",
                Running = false,
            },
            [
                new StoredMessage { Id = question, Parent = null, Role = MessageRole.User, Text = "Food?", Created = turn.Began, Operation = turn.Operation },
                new StoredMessage { Id = reply, Parent = question, Role = MessageRole.Assistant, Text = turn.End.Text, Created = turn.Began, Operation = turn.Operation },
                new StoredMessage { Id = other, Parent = question, Role = MessageRole.Assistant, Text = "Worms", Created = now, Operation = Guid.NewGuid() },
            ],
            [
                new ImportedTurn(turn, [Row(0, 3), Row(3), Row(0, choice: 1)], [5, 0, int.MaxValue]),
                new ImportedTurn(turn with { Id = Guid.NewGuid(), Operation = Guid.NewGuid(), Reply = other, Choices = 1, End = End("Worms", "It broke off.") }, [], []),
            ]);
    }
}
