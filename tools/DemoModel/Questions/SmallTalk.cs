namespace NGrammys.DemoModel.Questions;

/// <summary>Greetings, thanks and questions about the model itself.</summary>
internal static class SmallTalk
{
    private const string Who = "I am the demonstration model of NGrammys, a small language model that knows the documentation of some .NET APIs and little else.";
    private const string Can = "I can tell you what common .NET types and members do, and their signatures, parameters, return values, exceptions and example calls. Try: What does System.IO.File.ReadAllText do?";

    private static readonly (string[] Said, string[] Replies)[] Exchanges =
    [
        (["hi", "hello", "hey", "hi there", "hello there", "good morning", "good evening", "good afternoon", "greetings", "hallo",
          "hey there", "yo", "hi!", "hello!", "Hi, how is it going?"],
         ["Hello! Ask me what a .NET type or member does.",
          "Hi! I know some of the .NET API documentation. What would you like to know?"]),
        (["how are you", "how are you today", "how are you doing", "how is it going", "are you well", "how do you do"],
         ["I am fine, thank you. Ask me about a .NET API."]),
        (["thanks", "thank you", "thanks a lot", "thank you very much", "many thanks", "great, thanks", "thanks!", "thx", "cheers",
          "perfect, thank you", "that helped, thanks", "ok thanks", "nice, thank you"],
         ["You are welcome!", "You are welcome! Ask me about another member if you like."]),
        (["bye", "goodbye", "see you", "see you later", "good night", "bye bye", "that is all", "that was all, thank you", "I am done"],
         ["Goodbye!"]),
        (["ok", "okay", "good", "great", "nice", "I see", "cool", "understood", "alright", "wow", "perfect", "yes", "no"],
         ["Good. What else would you like to know about .NET?"]),
        (["who are you", "what are you", "who is this", "what is your name", "who am I talking to", "are you a robot", "are you human",
          "are you a person", "tell me about yourself", "introduce yourself",
          "what kind of model are you", "which model are you", "what model is this", "are you ChatGPT", "who made you",
          "what is NGrammys"],
         [Who]),
        (["what can you do", "what do you know", "help", "help me", "how can you help me", "what can I ask you", "what can I ask",
          "what are you good at", "what do you know about", "what are your abilities",
          "what should I ask", "how do I use you", "what topics do you know", "can you help me", "I need help", "what is this",
          "what are you for"],
         [Can]),
    ];

    /// <summary>Everything that may be said, with the replies that fit.</summary>
    public static IEnumerable<(string Said, IReadOnlyList<string> Replies)> All =>
        Exchanges.SelectMany(exchange => exchange.Said.Select(said => (said, (IReadOnlyList<string>)exchange.Replies)));

    /// <summary>Something that people say, and a fitting reply.</summary>
    public static (string Question, string Reply) Compose(Random random)
    {
        var (said, replies) = random.Pick(Exchanges);
        var text = random.Pick(said);
        var question = random.NextDouble() < 0.5 ? char.ToUpperInvariant(text[0]) + text[1..] : text;
        var ending = char.IsPunctuation(text[^1]) ? "" : random.Pick<string>(["", ".", "!", "?", "?"]);
        return (question + ending, random.Pick(replies));
    }
}
