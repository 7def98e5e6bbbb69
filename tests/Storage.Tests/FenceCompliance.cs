namespace NGrammys.Storage.Tests;

/// <summary>Two activations of one conversation, in any interleaving: no position is lost or stored twice.</summary>
public abstract class FenceCompliance(StoreUnderTest store) : Compliance(store)
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Append_by_two_claimants_in_random_order_is_the_last_claimants_alone(int seed)
    {
        var random = new Random(seed);
        var first = await CreateAndClaimAsync();
        var turn = (await BeginAsync(first)).Id;
        Activation[] activations = [new(this, turn, first, 0), new(this, turn, first, 1)];
        var last = activations[1];
        await last.TakeOverAsync();

        for (var i = 0; i < 150; i++)
        {
            var activation = activations[random.Next(2)];
            switch (random.Next(6))
            {
                case 0:
                    await activation.TakeOverAsync();
                    last = activation;
                    break;
                case 1:
                    Assert.Equal(activation == last && activation.HasSaid, await activation.RepeatAsync());
                    break;
                default:
                    Assert.Equal(activation == last, await activation.SayAsync(random.Next(1, 4)));
                    break;
            }
        }

        await AssertKeptAsync(first.Conversation, turn, activations);
    }

    [Fact]
    public async Task Append_by_two_claimants_at_once_keeps_what_was_acknowledged()
    {
        var first = await CreateAndClaimAsync();
        var turn = (await BeginAsync(first)).Id;
        Activation[] activations = [new(this, turn, first, 0), new(this, turn, first, 1)];

        await Task.WhenAll(activations.Select(a => Task.Run(async () =>
        {
            // Whoever was outrun all the time goes on alone.
            for (var i = 0; i < 20 || a.Said == 0; i++)
            {
                await a.TakeOverAsync();
                while (await a.SayAsync(2) && a.Said < (i + 1) * 10)
                    await a.RepeatAsync();
            }
        })));

        await AssertKeptAsync(first.Conversation, turn, activations);
    }

    private async Task AssertKeptAsync(ConversationId conversation, Guid turn, Activation[] activations)
    {
        var stored = await Transcript.ReadAsync(conversation, turn, 0, 0);
        var head = 0;
        foreach (var row in stored)
        {
            Assert.Equal(head, row.Position);
            head = row.Next;
        }

        var acknowledged = activations.SelectMany(a => a.Acknowledged).OrderBy(r => r.Position).ToList();
        Assert.True(activations.All(a => a.Said > 0), "Both activations must have said something for this test to mean anything.");
        Assert.Equal(acknowledged.SelectMany(r => r.Tokens), stored.SelectMany(r => r.Tokens));
    }

    /// <summary>A writer that believes what it was told last, as a grain does.</summary>
    private sealed class Activation(FenceCompliance test, Guid turn, Claim claim, int number)
    {
        private Claim _claim = claim;
        private int _head;
        private TranscriptRow? _last;

        public List<TranscriptRow> Acknowledged { get; } = [];

        /// <summary>Whether there is a row of the present claim to repeat.</summary>
        public bool HasSaid => _last is not null;

        public int Said => Acknowledged.Sum(r => r.Tokens.Length);

        public async Task TakeOverAsync()
        {
            _claim = (await test.Conversations.ClaimAsync(_claim.Conversation))!;
            var rows = await test.Transcript.ReadAsync(_claim.Conversation, turn, 0, 0);
            _head = rows.Count == 0 ? 0 : rows[^1].Next;
            _last = null;
        }

        public async Task<bool> SayAsync(int tokens)
        {
            // Told apart by its tokens: which activation, and which of its rows.
            var row = Sample.Row(_head, tokens, first: number * 1_000_000 + Acknowledged.Count * 1_000);
            var result = await test.Transcript.AppendAsync(new TurnAppend(_claim, turn, [row]));
            if (result.Outcome != AppendOutcome.Appended)
                return false;
            Acknowledged.Add(row);
            _last = row;
            _head = row.Next;
            return true;
        }

        public async Task<bool> RepeatAsync()
        {
            if (_last is null)
                return false;
            var result = await test.Transcript.AppendAsync(new TurnAppend(_claim, turn, [_last]));
            return result.Outcome == AppendOutcome.Appended;
        }
    }
}
