using System.Text;
using NGrammys.TestSupport;

namespace NGrammys.Grains.Tests.Hosting;

/// <summary>What a scripted model says: its reply is a function of the last user message.</summary>
internal static class ScriptedChat
{
    /// <summary>Repeats itself soon, as code and lists do.</summary>
    public static string Song(string question) => string.Concat(Enumerable.Range(0, 12).Select(i => $"{i} green bottles, {question}; "));

    public static Func<IReadOnlyList<int>, int> Answering(Func<string, string> answer)
    {
        // Called on the engine's thread alone.
        var replies = new Dictionary<string, byte[]>();
        return context =>
        {
            var start = LastIndexOf(context, ByteTokenizer.Assistant, context.Count);
            var asked = LastIndexOf(context, ByteTokenizer.User, start);
            var question = new ByteTokenizer().Decode([.. context.Skip(asked + 1).TakeWhile(token => token != ByteTokenizer.End)], skipSpecial: true);
            if (!replies.TryGetValue(question, out var reply)) replies.Add(question, reply = Encoding.UTF8.GetBytes(answer(question)));
            var said = context.Count - start - 1;
            return said < reply.Length ? reply[said] : ByteTokenizer.End;
        };
    }

    private static int LastIndexOf(IReadOnlyList<int> context, int token, int before)
    {
        var index = before - 1;
        while (index >= 0 && context[index] != token) index--;
        return index;
    }
}
