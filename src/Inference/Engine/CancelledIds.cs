namespace NGrammys.Inference.Engine;

/// <summary>Names of the sequences that were cancelled last, so that a late question is told what became of them and starts nothing again.</summary>
/// <remarks>Older names are forgotten: a late question is milliseconds late. Touched only on the engine thread.</remarks>
internal sealed class CancelledIds
{
    private const int Longest = 1024;

    private readonly HashSet<Guid> _ids = [];
    private readonly Queue<Guid> _order = [];

    public bool Contains(Guid id) => _ids.Contains(id);

    public void Add(Guid id)
    {
        if (!_ids.Add(id)) return;
        _order.Enqueue(id);
        if (_order.Count > Longest) _ids.Remove(_order.Dequeue());
    }
}
