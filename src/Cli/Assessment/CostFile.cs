using NGrammys.Drafting;
using NGrammys.Inference.Abstractions;
using NGrammys.Inference.Profiling;

namespace NGrammys.Cli.Assessment;

/// <summary>Reads the file that <c>ngrammys profile</c> prints, for predictions.</summary>
internal static class CostFile
{
    /// <summary>Reads a file.</summary>
    /// <exception cref="NGrammysException">There is none, or it is no profile.</exception>
    public static PassCosts Read(string path)
    {
        var measured = ModelProfile.Read(path);
        try
        {
            return new PassCosts(
                from context in Enumerable.Range(0, measured.Context.Length)
                from tokens in Enumerable.Range(0, measured.Tokens.Length)
                select (measured.Tokens[tokens], measured.Context[context], measured.Seconds[context][tokens]));
        }
        catch (ArgumentException e)
        {
            throw new NGrammysException($"'{path}' is no cost profile: a count of tokens, a context or a time in it cannot be; make one with ngrammys profile.", e);
        }
    }
}
