namespace NGrammys.Grains.Conversations;

/// <summary>Keeps grains from being collected. Calls that go out do not count as being in use.</summary>
internal static class Awake
{
    /// <summary>Keeps one awake until the timer is disposed.</summary>
    /// <param name="grain">The grain.</param>
    /// <param name="period">How often something is done meanwhile; shorter than what idle grains are given.</param>
    /// <param name="act">What is done; it may interleave with calls.</param>
    public static IGrainTimer Keep(IGrainBase grain, TimeSpan period, Func<Task> act) => grain.RegisterGrainTimer(act, new GrainTimerCreationOptions
    {
        DueTime = period,
        Period = period,
        KeepAlive = true,
        Interleave = true,
    });
}
