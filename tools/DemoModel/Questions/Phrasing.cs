namespace NGrammys.DemoModel.Questions;

/// <summary>
/// Puts a mention into a question: in one of the forms, or, where there are phrases to be had, among words that have nothing to do with it.
/// Among such words the model learns that the name alone decides what it is asked for, and whether it knows it.
/// </summary>
internal sealed class Phrasing(QuestionForms forms, IReadOnlyList<string> phrases)
{
    private const double Distracted = 0.5;

    /// <summary>One question at random.</summary>
    public string Compose(string mention, Random random)
    {
        if (phrases.Count == 0 || random.NextDouble() >= Distracted)
        {
            return forms.Compose(mention, random);
        }
        return random.Next(5) switch
        {
            0 => $"{Distraction(random)}{random.Pick<string>([", ", ": ", ". ", " "])}{forms.Compose(mention, random)}",
            1 => $"{forms.Compose(mention, random).TrimEnd('?', '.', '!')} {random.Pick(phrases)}{random.Pick<string>(["?", ".", ""])}",
            2 => $"{Distraction(random)} {mention}{random.Pick<string>(["?", ".", ""])}",
            _ => $"{Distraction(random)} {mention} {random.Pick(phrases)}{random.Pick<string>(["?", ".", ""])}",
        };
    }

    /// <summary>Words that mention nothing.</summary>
    public string Distraction(Random random)
    {
        var words = random.NextDouble() < 0.6 ? random.Pick(phrases) : $"{random.Pick(phrases)} {random.Pick(phrases)}";
        return random.NextDouble() < 0.6 ? char.ToUpperInvariant(words[0]) + words[1..] : words;
    }
}
