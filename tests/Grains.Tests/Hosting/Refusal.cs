using NGrammys.Grains.Interfaces.Conversations;

namespace NGrammys.Grains.Tests.Hosting;

internal static class Refusal
{
    /// <summary>Expects a refusal that arrives typed, with one line for the person.</summary>
    public static async Task<ConversationException> ExpectAsync(ConversationError expected, Func<Task> act)
    {
        var refusal = await Assert.ThrowsAsync<ConversationException>(act);
        Assert.Equal(expected, refusal.Error);
        Assert.NotEmpty(refusal.Message);
        Assert.DoesNotContain('\n', refusal.Message);
        return refusal;
    }
}
