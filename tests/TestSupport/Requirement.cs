using Xunit;

namespace NGrammys.TestSupport;

/// <summary>What a test needs of the machine: missing, it skips with its reason, or fails where nothing may be skipped.</summary>
public static class Requirement
{
    /// <summary>Goes on only if the requirement is met.</summary>
    public static void Met(bool met, string reason)
    {
        if (met) return;
        if (Environment.GetEnvironmentVariable("NGRAMMYS_REQUIRE_ALL") == "1") Assert.Fail($"NGRAMMYS_REQUIRE_ALL=1, but {reason}");
        Assert.Skip(reason);
    }
}
