using NGrammys.Storage;

namespace NGrammys.Grains.Placement;

/// <summary>Whether this silo reaches the store. It counts questions, not seconds: a process that was frozen has not asked. Thread-safe.</summary>
internal sealed class StoreWatch(IConversationStore conversations)
{
    // Told to the others.
    private const int Away = 4;

    // By when the others have told, if they do not reach it either.
    private const int AwayAlone = 7;

    private Task _asking = Task.CompletedTask;
    private int _unanswered;

    /// <summary>Whether several questions in a row were not answered.</summary>
    public bool IsAway => Volatile.Read(ref _unanswered) >= Away;

    /// <summary>Whether that has lasted for so long that others who do reach it shall have the conversations.</summary>
    public bool IsAwayForLong => Volatile.Read(ref _unanswered) >= AwayAlone;

    /// <summary>Asks the store something, unless it is at the question before. Once a second; never fails, and nobody waits for the answer.</summary>
    public void Ask()
    {
        Interlocked.Increment(ref _unanswered);
        if (_asking.IsCompleted) _asking = AskAsync();
    }

    private async Task AskAsync()
    {
        try
        {
            await conversations.ListUnfinishedAsync(1);
            Volatile.Write(ref _unanswered, 0);
        }
        catch (StorageException)
        {
            // It is asked again.
        }
    }
}
