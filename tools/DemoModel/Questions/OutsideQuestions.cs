using NGrammys.DemoModel.Corpus;

namespace NGrammys.DemoModel.Questions;

/// <summary>
/// Questions that the model must decline: the world outside, and .NET members that it did not learn. Topics and members of the test never
/// occur in training.
/// </summary>
internal sealed class OutsideQuestions
{
    private readonly (string[] Questions, string[] Things)[] _topics;
    private readonly IReadOnlyList<Member> _strangers;
    private readonly IReadOnlyList<Member> _known;
    private readonly Mentions _mentions;
    private readonly Phrasing _phrasing;

    private OutsideQuestions(
        (string[] Questions, string[] Things)[] topics, IReadOnlyList<Member> strangers, IReadOnlyList<Member> known, Mentions mentions, Phrasing phrasing) =>
        (_topics, _strangers, _known, _mentions, _phrasing) = (topics, strangers, known, mentions, phrasing);

    /// <summary>What the model says to all of them.</summary>
    public static IReadOnlyList<string> Refusals { get; } =
    [
        "I do not know that. I only know a part of the .NET API documentation.",
        "Sorry, I do not know that: I am a small model that knows a part of the .NET API documentation and little else.",
    ];

    /// <summary>Whether a reply declines.</summary>
    public static bool IsRefusal(string reply) => reply.Contains("I do not know", StringComparison.Ordinal);

    /// <summary>Questions for training.</summary>
    public static OutsideQuestions Training(MemberCatalog catalog) =>
        new(TrainingTopics, [.. catalog.Strangers.Where((_, i) => i % 10 != 0)], catalog.Members,
            new(catalog), new(QuestionForms.Training, catalog.Phrases));

    /// <summary>Questions for the test.</summary>
    public static OutsideQuestions Test(MemberCatalog catalog) =>
        new(TestTopics, [.. catalog.Strangers.Where((_, i) => i % 10 == 0)], [], new(catalog), new(QuestionForms.Training, []));

    /// <summary>One question at random.</summary>
    public string Compose(Random random)
    {
        var chance = random.NextDouble();
        if (chance < 0.3)
        {
            return _phrasing.Compose(_mentions.Of(random.Pick(_strangers), random), random);
        }
        // Members that nobody wrote and words that ask for nothing are read in training only.
        if (_known.Count > 0 && chance < 0.36)
        {
            return _phrasing.Compose(Invented(random), random);
        }
        if (_known.Count > 0 && chance < 0.4)
        {
            return _phrasing.Distraction(random) + random.Pick<string>(["?", ".", ""]);
        }
        var (questions, things) = random.Pick(_topics);
        var text = random.Pick(questions).Replace("{0}", random.Pick(things), StringComparison.Ordinal);
        text = random.Pick(Openings) + text;
        return (random.NextDouble() < 0.75 ? char.ToUpperInvariant(text[0]) + text[1..] : text) + random.Pick(Endings);
    }

    // A member that its type does not have.
    private string Invented(Random random)
    {
        while (true)
        {
            var (type, other) = (random.Pick(_known), random.Pick(_known));
            var name = random.NextDouble() < 0.5 ? other.Name.Split('<')[0] : random.Pick(InventedVerbs) + random.Pick(InventedNouns);
            if (!_known.Any(member => member.Type == type.Type && member.Name == name))
            {
                return random.NextDouble() < 0.5 ? $"{type.Type}.{name}" : $"{type.Namespace}.{type.Type}.{name}";
            }
        }
    }

    private static readonly string[] Openings =
        ["", "", "", "", "Hi, ", "Please ", "Hello, ", "Hey, ", "OK, ", "Thanks. ", "And ", "One question: "];

    private static readonly string[] Endings = ["?", "?", "?", "", ".", " please?", "!"];

    private static readonly string[] InventedVerbs =
        ["Fly", "Paint", "Cook", "Sing", "Teleport", "Guess", "Dance", "Sleep", "Dream", "Bake", "Win", "Laugh", "Make", "Find", "Do"];

    private static readonly string[] InventedNouns =
        ["", "All", "Things", "Moon", "Cake", "Music", "Everything", "Cats", "Async", "Money", "Fast", "House"];

    private static readonly (string[] Questions, string[] Things)[] TrainingTopics =
    [
        (["what is the capital of {0}", "where is {0}", "how many people live in {0}", "which language do they speak in {0}",
          "tell me about {0}", "what is the weather in {0}", "how do I get to {0}",
          "who is the president of {0}", "what is the history of {0}", "plan a trip to {0}", "what should I see in {0}",
          "how big is {0}"],
         ["France", "Germany", "Italy", "Japan", "Brazil", "Canada", "Egypt", "India", "China", "Spain", "Kenya", "Peru", "Norway",
          "Poland", "Mexico", "Greece", "London", "Paris", "Berlin", "Tokyo", "New York", "Rome", "Madrid", "Moscow", "Cairo", "Sydney"]),
        (["how do I cook {0}", "give me a recipe for {0}", "how long do I boil {0}", "what goes well with {0}", "is {0} healthy",
          "how many calories has {0}", "where can I buy {0}", "how do I bake {0}", "do you like {0}"],
         ["pasta", "rice", "eggs", "bread", "soup", "pizza", "chicken", "potatoes", "a cake", "cookies", "fish", "salad", "pancakes",
          "coffee", "tea", "beef", "cheese", "apples"]),
        (["who won {0}", "when is {0}", "what are the rules of {0}", "who is the best player in {0}", "how do I get better at {0}",
          "what was the score of {0}", "tell me about {0}"],
         ["football", "the world cup", "tennis", "the Olympics", "basketball", "baseball", "hockey", "golf", "the marathon", "cricket",
          "the last match", "boxing", "swimming", "the league"]),
        (["who was {0}", "when was {0} born", "what did {0} do", "tell me about {0}", "who is {0}", "where did {0} live",
          "why is {0} famous", "how old is {0}", "what do you think of {0}"],
         ["Napoleon", "Einstein", "Shakespeare", "Mozart", "Caesar", "Cleopatra", "Gandhi", "Newton", "Lincoln", "Picasso", "Beethoven",
          "Columbus", "Marie Curie", "Elvis", "Obama", "Goethe", "the king", "the pope", "my neighbour"]),
        (["how do I {0} in Python", "how do I {0} in Java", "how do I {0} in JavaScript", "how do I {0} in Rust",
          "write a program in C that can {0}", "show me how to {0} with SQL", "how do I {0} in Excel", "how do I {0} on Linux",
          "how do I {0} in PHP"],
         ["read a file", "sort a list", "print text", "open a window", "parse JSON", "make a loop", "count words", "write a test",
          "connect to a database", "send a mail", "install a package", "copy a folder", "draw a chart", "define a class"]),
        (["what is {0}", "explain {0}", "how does {0} work", "what does {0} do", "tell me about {0}", "what is {0} good for",
          "why is {0} important", "who invented {0}", "what do you know about {0}", "describe {0}"],
         ["gravity", "the sun", "photosynthesis", "a volcano", "electricity", "evolution", "the brain", "the heart", "a black hole",
          "inflation", "democracy", "a mortgage", "the stock market", "philosophy", "religion", "love",
          "a car engine", "a bicycle", "the internet", "a battery", "Kubernetes", "Docker", "Python", "numpy", "React", "Linux",
          "Photoshop", "Bitcoin", "a compiler in Haskell", "the Eiffel tower", "an airplane", "a fridge", "a dog", "a tiger",
          "an elephant", "climate change", "quantum physics", "chemistry", "DNA", "oxygen", "water"]),
        (["what is {0}", "calculate {0}", "how much is {0}", "can you compute {0}", "solve {0}"],
         ["2 + 2", "17 times 3", "12 * 12", "the square root of 9", "100 divided by 7", "5 + 8", "10 percent of 250", "x + 3 = 7",
          "3 to the power of 4", "1000 - 1", "half of 86", "9 * 7"]),
        (["write {0}", "write me {0}", "can you write {0}", "make up {0}", "please write {0}", "tell me {0}", "compose {0}"],
         ["a poem", "a story", "a joke", "an essay about trees", "a letter to my boss", "a song", "a speech", "a love letter",
          "a haiku", "a birthday card", "an application", "a fairy tale", "a riddle", "an email to my landlord", "something funny"]),
        (["translate {0} to French", "translate {0} to German", "how do you say {0} in Spanish", "what does {0} mean in Italian",
          "how do I spell {0}", "what rhymes with {0}"],
         ["hello", "good morning", "house", "thank you", "cat", "I love you", "bread", "water", "friend", "tomorrow", "window", "train",
          "happiness"]),
        (["what should I do about {0}", "how do I treat {0}", "I suffer from {0}, what helps", "is {0} dangerous", "what causes {0}",
          "which medicine helps against {0}"],
         ["a headache", "a cold", "fever", "back pain", "stress", "a broken leg", "a cough", "an allergy", "a toothache", "sunburn",
          "insomnia", "high blood pressure"]),
        (["what time is it", "what day is today", "what is the date today", "what happened in {0}", "what is in the news",
          "what will happen in {0}", "who won the election in {0}", "what was invented in {0}", "is it raining", "where am I",
          "what is my name", "how old am I", "what did I do in {0}"],
         ["1789", "1945", "2001", "1969", "2024", "1492", "2030", "the year 1000", "1815", "1989", "my youth"]),
        (["which {0} should I buy", "what is the best {0}", "how much does a {0} cost", "recommend me a {0}", "how do I repair my {0}",
          "where is my {0}", "can you order a {0}", "how do I clean my {0}", "what is wrong with my {0}"],
         ["car", "phone", "laptop", "bike", "camera", "house", "watch", "television", "sofa", "washing machine", "guitar", "book",
          "movie", "restaurant", "hotel", "shoe", "printer", "dishwasher"]),
        (["do you like {0}", "what is your favourite {0}", "are you {0}", "can you feel {0}", "do you dream of {0}",
          "will you marry {0}", "do you believe in {0}", "what do you think about {0}", "can you play {0}"],
         ["music", "me", "colour", "happy", "pain", "God", "ghosts", "films", "cats", "food", "money", "animals", "politics",
          "the future", "sad", "alive", "winter"]),
        (["how do I learn {0}", "how do I become {0}", "teach me {0}", "is it hard to learn {0}", "how long does it take to learn {0}",
          "which book is good for {0}"],
         ["Chinese", "the piano", "chess", "to drive", "to swim", "a doctor", "a pilot", "maths", "to draw", "to sing", "Russian",
          "rich", "an actor", "yoga"]),
    ];

    private static readonly (string[] Questions, string[] Things)[] TestTopics =
    [
        (["which moons does {0} have", "how far away is {0}", "how hot is it on {0}", "can people live on {0}"], ["Mars", "Jupiter",
          "Saturn", "Venus", "Neptune"]),
        (["when do I plant {0}", "how often should I water {0}", "why are the leaves of {0} yellow",
          "which soil is right for {0}"], ["tomatoes", "roses", "tulips", "an orchid", "lavender"]),
        (["how do I train {0}", "what does {0} eat", "how long does {0} live", "why does {0} sleep so much"], ["a parrot", "a hamster",
          "a horse", "a turtle", "a goldfish"]),
        (["who painted {0}", "in which museum is {0}", "what is so special about {0}", "who composed {0}"], ["the Mona Lisa",
          "Guernica", "the Moonlight Sonata", "The Starry Night", "the Magic Flute"]),
        (["what is the plot of {0}", "who wrote {0}", "how does {0} end", "who plays the lead in {0}"], ["Moby Dick", "Hamlet",
          "Titanic", "Star Wars", "War and Peace"]),
        (["how do I file {0}", "what is the deadline for {0}", "do I need a lawyer for {0}", "how much do I pay for {0}"], ["my taxes",
          "a patent", "a divorce", "a visa", "an insurance claim"]),
        (["how do I write a {0} in Go", "what is a {0} in Haskell", "does Ruby have a {0}", "how does Kotlin handle a {0}"], ["closure",
          "struct", "coroutine", "hash map", "monad"]),
        (["how do I knit {0}", "what do I wear to {0}", "how should I decorate {0}", "what gift do I bring to {0}"], ["a scarf",
          "a wedding", "a funeral", "a birthday party", "a picnic"]),
    ];
}
