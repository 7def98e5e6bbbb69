using System.Diagnostics;
using NGrammys.Inference.Abstractions;
using NGrammys.Inference.Constraints;

namespace NGrammys.Cli.Constraints;

/// <summary>What became of a case.</summary>
/// <param name="Name">The case's name.</param>
/// <param name="Refusal">Why its schema was not compiled; null if it was.</param>
/// <param name="Refused">How many valid instances were not let through.</param>
/// <param name="LetThrough">How many invalid ones were.</param>
/// <param name="CompileTime">µs that compiling took.</param>
/// <param name="MaskTimes">µs that each token's mask took, and the step to it.</param>
internal sealed record ConstraintTrial(string Name, string? Refusal, int Refused, int LetThrough, double CompileTime, IReadOnlyList<double> MaskTimes)
{
    /// <summary>Whether the schema is understood, and lets through exactly what is valid.</summary>
    public bool Passes => Refusal is null && Refused == 0 && LetThrough == 0;

    /// <summary>Compiles a case and walks its instances through the masks.</summary>
    public static ConstraintTrial Run(ConstraintCase @case, ITokenizer tokenizer, ConstraintCompiler compiler)
    {
        var (refused, letThrough, times) = (0, 0, new List<double>());
        var began = Stopwatch.GetTimestamp();
        TokenConstraint constraint;
        try
        {
            constraint = compiler.Compile(new ConstraintSpecification(ConstraintKind.JsonSchema, @case.Schema), []);
        }
        catch (ConstraintException e)
        {
            return new ConstraintTrial(@case.Name, e.Message, 0, 0, Since(began), []);
        }

        var compileTime = Since(began);
        foreach (var (text, valid) in @case.Instances)
        {
            var accepted = Accepts(constraint, tokenizer.Encode(text, addSpecial: false, parseSpecial: false), times);
            if (valid && !accepted) refused++;
            if (!valid && accepted) letThrough++;
        }

        return new ConstraintTrial(@case.Name, null, refused, letThrough, compileTime, times);
    }

    private static bool Accepts(TokenConstraint constraint, int[] ids, List<double> times)
    {
        ConstraintState? state = constraint.Start;
        var began = Stopwatch.GetTimestamp();
        foreach (var id in ids)
        {
            var allowed = state.Allows(id);
            times.Add(Since(began));
            if (!allowed) return false;
            began = Stopwatch.GetTimestamp();
            state = state.Advance(id);
            if (state is null) return false;
        }

        return state.MayEnd;
    }

    private static double Since(long began) => Stopwatch.GetElapsedTime(began).TotalMicroseconds;
}
