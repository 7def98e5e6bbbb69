using System.Collections.Concurrent;

namespace NGrammys.Overload.Benchmarks;

/// <summary>People who come at a set pace whatever becomes of those before them, a third each by HTTP, Try and Send.</summary>
internal sealed class Crowd(IReadOnlyList<Caller> callers)
{
    public static readonly string[] Ways = ["HTTP", "Try", "Send"];

    private readonly ConcurrentBag<(string Way, string Answer)> _answers = [];

    // Nothing was said in them: a message that was refused has left nothing.
    private readonly ConcurrentQueue<Guid> _conversations = new();

    /// <summary>How many of a way were answered how.</summary>
    public int Count(string way, string answer) => _answers.Count(one => one == (way, answer));

    /// <summary>Everything that a way was answered with beside that, and how often.</summary>
    public IEnumerable<(string Answer, int Count)> Others(string way) => _answers.Where(one => one.Way == way && one.Answer is not (Answer.Served or Answer.Refused))
        .GroupBy(one => one.Answer, (answer, all) => (answer, all.Count())).OrderByDescending(other => other.Item2);

    /// <summary>Lets so many come a second; completes when the last has come, with what completes when the last has gone.</summary>
    public async Task<Task> ComeAsync(double perSecond, TimeSpan length)
    {
        var (began, people) = (TimeProvider.System.GetTimestamp(), new List<Task>());
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (TimeProvider.System.GetElapsedTime(began) is var passed && passed < length)
        {
            while (people.Count < passed.TotalSeconds * perSecond)
            {
                var number = people.Count;
                people.Add(Task.Run(() => AskAsync(number)));
            }

            await timer.WaitForNextTickAsync();
        }

        return Task.WhenAll(people);
    }

    private async Task AskAsync(int number)
    {
        var (caller, way) = (callers[number % callers.Count], Ways[number % Ways.Length]);
        _answers.Add((way, way switch
        {
            "HTTP" => await caller.CompleteAsync(Shape.Short),
            "Try" => await caller.TryAsync(Shape.Short),
            _ => await SendAsync(caller),
        }));
    }

    private async Task<string> SendAsync(Caller caller)
    {
        if (!_conversations.TryDequeue(out var conversation)) conversation = await caller.BeginAsync();
        var answer = await caller.SendAsync(conversation, Shape.Short);
        if (answer == Answer.Refused) _conversations.Enqueue(conversation);
        return answer;
    }
}
