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
}
