namespace NGrammys.WebFrontend.Limits;

/// <summary>What a request has cost so far; endpoints write it, the audit log reads it when the request is over, however it ended.</summary>
internal sealed class TurnCost
{
    /// <summary>Tokens of prompts.</summary>
    public int Prompt { get; set; }

    /// <summary>Tokens of replies.</summary>
    public int Completion { get; set; }

    /// <summary>The cost of a request.</summary>
    public static TurnCost Of(HttpContext context)
    {
        if (context.Features.Get<TurnCost>() is { } cost) return cost;
        context.Features.Set(cost = new TurnCost());
        return cost;
    }
}
