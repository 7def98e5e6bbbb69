namespace NGrammys.Drafting;

/// <summary>What followed each n-gram in the latest replies to one tenant.</summary>
/// <remarks>
/// <para>Contexts of 1 to <see cref="Order"/> tokens are counted. The replies themselves are kept, as many tokens as the capacity: a reply that leaves,
/// because it is the oldest or because its conversation was deleted, is counted backwards, so what remains is exactly what the replies that are
/// left would have brought. At most 400 bytes per token.</para>
/// <para>Thread-safe. <see cref="Add"/> and <see cref="Forget"/> hold at once; the counting is left to <see cref="Count"/>, which runs beside
/// readers and holds them up for one token at a time.</para>
/// </remarks>
/// <param name="capacity">Most tokens that are kept.</param>
public sealed class SharedNGrams(int capacity = SharedNGrams.DefaultCapacity)
{
    /// <summary>Longest context, in tokens.</summary>
    public const int Order = 4;

    /// <summary>Tokens that are kept unless somebody says otherwise.</summary>
    public const int DefaultCapacity = 131_072;

    private readonly Lock _lock = new();
    private readonly GramTable _contexts = new();
    private readonly LinkedList<Reply> _replies = new(); // the oldest first; those not counted to the end stand behind the others
    private LinkedListNode<Reply>? _next; // the first reply that is not counted to its end

    /// <summary>Tokens that are kept.</summary>
    public int Length { get; private set; }

    /// <summary>Keeps a reply, to be counted by <see cref="Count"/>. When there are too many, the oldest leave.</summary>
    /// <param name="conversation">Whose reply it is.</param>
    /// <param name="context">The text before it, of which the last tokens are its first contexts.</param>
    /// <param name="reply">The tokens that the model chose.</param>
    public void Add(Guid conversation, ReadOnlySpan<int> context, ReadOnlySpan<int> reply)
    {
        // A reply beyond the capacity would push out even itself.
        if (reply.Length > capacity - Order) reply = reply[..Math.Max(0, capacity - Order)];
        if (reply.IsEmpty) return;
        context = context[^Math.Min(Order, context.Length)..];
        var added = new Reply(conversation, [.. context, .. reply], context.Length);
        lock (_lock)
        {
            var node = _replies.AddLast(added);
            _next ??= node;
            Length += added.Tokens.Length;
            while (Length > capacity) Remove(_replies.First!);
        }
    }

    /// <summary>Counts the replies that were added since it was last called.</summary>
    public void Count()
    {
        while (true)
        {
            lock (_lock)
            {
                while (_next is not null && _next.Value.Counted == _next.Value.Tokens.Length) _next = _next.Next;
                if (_next is null) return;
                var reply = _next.Value;
                for (var order = 1; order <= Math.Min(Order, reply.Counted); order++)
                    _contexts[_contexts.FindOrAdd(Key(reply.Tokens, reply.Counted, order))].Add(reply.Tokens[reply.Counted]);
                reply.Counted++;
            }
        }
    }

    /// <summary>Forgets every reply of a conversation, counted or not.</summary>
    public void Forget(Guid conversation)
    {
        lock (_lock)
        {
            for (var node = _replies.First; node is not null;)
            {
                var following = node.Next;
                if (node.Value.Conversation == conversation) Remove(node);
                node = following;
            }
        }
    }

    /// <summary>Estimates how likely tokens follow a text: the counts of the longest known context, mixed with those of all shorter ones.</summary>
    /// <param name="text">The text, of which the last <see cref="Order"/> tokens count.</param>
    /// <param name="found">Receives the tokens.</param>
    internal void Find(ReadOnlySpan<int> text, SharedContinuations found)
    {
        found.Clear();
        var longest = Math.Min(Order, text.Length);
        Span<int> rows = stackalloc int[Order];
        lock (_lock)
        {
            // All are looked up before the first is read: the processor waits for memory once.
            for (var order = 1; order <= longest; order++) rows[order - 1] = _contexts.Find(Key(text, text.Length, order));
            for (var order = 1; order <= longest && rows[order - 1] != GramTable.None; order++) found.Mix(ref _contexts[rows[order - 1]], order);
        }
    }

    private void Remove(LinkedListNode<Reply> node)
    {
        var reply = node.Value;
        if (node == _next) _next = node.Next;
        Length -= reply.Tokens.Length;
        _replies.Remove(node);
        for (var end = reply.First; end < reply.Counted; end++)
        {
            for (var order = 1; order <= Math.Min(Order, end); order++)
            {
                var row = _contexts.Find(Key(reply.Tokens, end, order));
                _contexts[row].Remove(reply.Tokens[end]);
                if (_contexts[row].Total == 0) _contexts.Remove(row);
            }
        }
    }

    private static ulong Key(ReadOnlySpan<int> tokens, int end, int order)
    {
        var hash = (ulong)order;
        foreach (var token in tokens.Slice(end - order, order))
        {
            hash = (hash ^ (uint)token) * 0x9E3779B97F4A7C15;
            hash ^= hash >> 29;
        }
        return Math.Max(hash, 1);
    }

    private sealed class Reply(Guid conversation, int[] tokens, int first)
    {
        public Guid Conversation => conversation;

        /// <summary>A few tokens of context, and the reply.</summary>
        public int[] Tokens => tokens;

        /// <summary>Index of the reply's first token.</summary>
        public int First { get; } = first;

        /// <summary>Index of the first token that is not counted.</summary>
        public int Counted { get; set; } = first;
    }
}
