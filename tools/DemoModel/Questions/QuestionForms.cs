namespace NGrammys.DemoModel.Questions;

/// <summary>
/// Ways to ask what a member does, composed of an opening, a core and an ending. "{0}" stands for the member.
/// The forms for training and those for the test of new forms share no core, no opening and no ending with words in it.
/// </summary>
internal sealed class QuestionForms
{
    private readonly string[] _openings;
    private readonly string[] _cores;
    private readonly string[] _endings;

    private QuestionForms(string[] openings, string[] direct, string[] asks, string[] clauses, string[] endings)
    {
        _openings = openings;
        _cores = [.. direct, .. asks.SelectMany(ask => clauses.Select(clause => $"{ask} {clause}"))];
        _endings = endings;
        Direct = direct;
    }

    /// <summary>Forms that the model reads in training.</summary>
    public static QuestionForms Training { get; } = new(
        [
            "", "", "", "", "", "", "Hi, ", "Hello, ", "Hey, ", "Please ", "OK, ", "So, ", "Quick question: ", "One question: ",
            "A question about .NET: ",
            "I am new to C#, ", "In C#, ", "In .NET, ", "Thanks. ", "Great. ", "Hmm, ", "Sorry, ", "Hi there! ", "Good morning, ",
            "Now, ", "And ", "Next: ",
        ],
        [
            "what does {0} do", "what does {0} do", "what does {0} do", "what is {0}", "what is {0} for", "what is {0} used for",
            "what's {0}", "what is {0} good for",
            "what happens when I call {0}", "what happens when you use {0}", "what does {0} mean", "what will {0} do",
            "what can {0} do", "what can I do with {0}", "what can {0} be used for", "what would {0} do for me",
            "what do people use {0} for",
            "why would I use {0}", "why do people use {0}", "why is there {0}", "when should I use {0}", "when do I need {0}",
            "when is {0} useful", "when would I call {0}",
            "how does {0} work", "how do I use {0}", "how is {0} used", "how would you explain {0}", "how is {0} documented",
            "how does the documentation describe {0}",
            "explain {0}", "explain {0} to me", "explain {0} briefly", "describe {0}", "describe {0} briefly", "define {0}",
            "summarize {0}", "{0}",
            "tell me about {0}", "tell me something about {0}", "tell me more about {0}", "say what {0} does",
            "give me a summary of {0}", "give me the documentation of {0}",
            "give me a short explanation of {0}", "help me with {0}", "help me understand {0}", "show me what {0} does",
            "remind me what {0} does",
            "I have a question about {0}", "I need help with {0}", "I want to use {0}", "I found {0} in the code, what is it",
            "I see {0} here, what does it do",
            "my code calls {0}, what does it do", "{0}, what does it do", "{0}: what is it", "{0}, what is that",
            "about {0}, what does it do", "and {0}",
            "what about {0}", "how about {0}", "do you know {0}", "is {0} something you know", "have you heard of {0}",
            "could you describe {0}",
            "can you explain {0}", "can you describe {0}", "could you explain {0} to me", "would you explain {0}",
            "what is the use of {0}", "what is the purpose of {0}",
            "what is the point of {0}", "what is the meaning of {0}", "what is the job of {0}", "what's the purpose of {0}",
            "what's the idea of {0}",
        ],
        [
            "can you tell me", "could you tell me", "tell me", "please tell me", "do you know", "I want to know",
            "I would like to know", "I need to know",
            "explain to me", "please explain", "I wonder", "show me", "I don't understand", "I forgot", "help me understand",
            "I'm not sure",
        ],
        [
            "what {0} does", "what {0} is", "what {0} is for", "what {0} is used for", "how {0} works", "how to use {0}",
            "why I would use {0}", "when to use {0}",
            "what happens when I call {0}", "what {0} means", "the purpose of {0}", "what the documentation says about {0}",
            "what one does with {0}", "how {0} is used",
        ],
        [
            "?", "?", "?", "?", "?", "?", "", "", "", ".", "!", "??", " please?", ", please.", " in C#?", " in .NET?", " exactly?",
            " in one sentence?", ", thanks.",
            " again?", " in short?", " in my code?", " really?", " then?", " in simple words?", " for a beginner?", "? Thanks!",
            "? Be brief.",
        ]);

    /// <summary>Forms that the model never reads.</summary>
    public static QuestionForms Test { get; } = new(
        ["", "", "Good evening, ", "Excuse me: ", "A colleague asked me: ", "While reading some code I came across this: ",
         "For my project: ", "Dear assistant, "],
        [
            "what role does {0} play", "for what reason does one call {0}", "which task does {0} perform", "what effect does {0} have",
            "what are the effects of {0}",
            "give a definition of {0}", "walk me through {0}", "clarify {0} for me", "what should I know about {0}",
            "what kind of thing is {0}", "what result does {0} bring",
            "in what situation is {0} the right choice", "outline the behaviour of {0}", "what do the docs say on {0}",
            "I keep seeing {0}; what is its function",
        ],
        ["I'd love to hear", "would you mind saying", "it would help me to learn", "let me know", "teach me"],
        ["what {0} is good for", "which job {0} has", "what calling {0} leads to", "what the function of {0} is",
         "what one gains from {0}"],
        ["?", "?", "", ".", " at all?", " nowadays?", ", if you can?", " under the hood?", "? I am curious.", " in plain English?"]);

    /// <summary>Cores that are whole questions by themselves.</summary>
    public IReadOnlyList<string> Direct { get; }

    /// <summary>All cores.</summary>
    public IReadOnlyList<string> Cores => _cores;

    /// <summary>Everything that can stand before a core.</summary>
    public IReadOnlyList<string> Openings => _openings;

    /// <summary>Everything that can stand after a core.</summary>
    public IReadOnlyList<string> Endings => _endings;

    /// <summary>One form at random, with the mention of a member in its place.</summary>
    public string Compose(string mention, Random random)
    {
        // Half from the plain questions, half from the composed ones, which are far more.
        var core = random.NextDouble() < 0.5 ? random.Pick(Direct) : random.Pick(_cores);
        return Capitalized(random.Pick(_openings) + core, mention, random) + random.Pick(_endings);
    }

    private static string Capitalized(string form, string mention, Random random)
    {
        // People often type without capitals; a name keeps its own.
        var capital = !form.StartsWith("{0}", StringComparison.Ordinal) && random.NextDouble() < 0.75;
        return (capital ? char.ToUpperInvariant(form[0]) + form[1..] : form).Replace("{0}", mention, StringComparison.Ordinal);
    }
}
