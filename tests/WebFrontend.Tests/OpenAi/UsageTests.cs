using NGrammys.Grains.Interfaces.Conversations;
using NGrammys.WebFrontend.OpenAi;

namespace NGrammys.WebFrontend.Tests.OpenAi;

public sealed class UsageTests
{
    [Fact]
    public void A_request_s_cached_tokens_are_those_that_none_of_its_choices_computed()
    {
        var usage = Usage.ToJson(100, [Choice(tokens: 7, cached: 32), Choice(tokens: 5, cached: 99)]);
        Assert.Equal(32, usage["prompt_tokens_details"]!["cached_tokens"]!.GetValue<int>());
        Assert.Equal((100, 12, 112), (Number("prompt_tokens"), Number("completion_tokens"), Number("total_tokens")));

        int Number(string name) => usage[name]!.GetValue<int>();
    }

    [Fact]
    public void Without_choices_nothing_was_cached() =>
        Assert.Equal(0, Usage.ToJson(100, [])["prompt_tokens_details"]!["cached_tokens"]!.GetValue<int>());

    private static TurnStatistics Choice(int tokens, int cached) => new() { PromptTokens = 100, Tokens = tokens, CachedTokens = cached };
}
