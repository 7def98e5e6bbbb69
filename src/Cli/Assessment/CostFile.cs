using NGrammys.Inference.Abstractions;
using NGrammys.Inference.Profiling;

namespace NGrammys.Cli.Assessment;

/// <summary>Reads the file that <c>ngrammys profile</c> prints, for predictions.</summary>
internal static class CostFile
{
    /// <summary>Reads a file.</summary>
    /// <exception cref="NGrammysException">There is none, or it is no profile.</exception>
    public static DeviceCosts Read(string path)
    {
        var measured = ModelProfile.Read(path);
        try
        {
            return new DeviceCosts(measured.Context, measured.Tokens, measured.Seconds, measured.Prompt);
        }
        catch (ArgumentException e)
        {
            throw new NGrammysException($"'{path}' is no cost profile: a count of tokens, a context or a time in it cannot be; make one with ngrammys profile.", e);
        }
    }
}
