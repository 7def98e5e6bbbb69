namespace NGrammys.Drafting.Tests;

public sealed class ModelDraftingTests
{
    private static readonly int[] Question = [1, 2, 3];
    private static readonly int[] Answer = [40, 41, 42, 43, 44, 45, 46, 47];

    [Fact]
    public void Conversations_of_a_tenant_that_opted_in_draft_from_its_earlier_replies()
    {
        var drafting = new ModelDrafting(sharing: ["a"]);
        var conversation = Guid.NewGuid();
        drafting.Remember("a", conversation, Question, Answer);
        drafting.Settle("a");
        Assert.Contains(DraftSource.Shared, SourcesBehind(drafting, "a"));
        Assert.DoesNotContain(DraftSource.Shared, SourcesBehind(drafting, "b"));

        drafting.Forget("a", conversation);
        Assert.DoesNotContain(DraftSource.Shared, SourcesBehind(drafting, "a"));
    }

    [Fact]
    public void Tenant_that_did_not_opt_in_is_not_remembered()
    {
        var drafting = new ModelDrafting(sharing: ["a"]);
        drafting.Remember("b", Guid.NewGuid(), Question, Answer);
        drafting.Settle("b");
        Assert.False(drafting.Shares("b"));
        Assert.DoesNotContain(DraftSource.Shared, SourcesBehind(drafting, "b"));
        Assert.DoesNotContain(DraftSource.Shared, SourcesBehind(drafting, "a"));
    }

    [Fact]
    public void Priors_are_kept_and_taken_up_by_tenant()
    {
        var store = new MemoryStore();
        var drafting = new ModelDrafting(priors: store);
        Teach(drafting.CreateDrafter("a"));
        var learned = Survival(drafting, "a");
        drafting.SavePriors();

        var later = new ModelDrafting(priors: store);
        Assert.Equal(learned, Survival(later, "a"));
        Assert.NotEqual(learned, Survival(later, "b"));
    }

    [Fact]
    public void Priors_are_kept_now_and_then_while_the_server_runs()
    {
        var store = new MemoryStore();
        var drafting = new ModelDrafting(priors: store);
        for (var reply = 0; reply < 64; reply++) drafting.Settle("a");
        Assert.NotNull(store.Load("a", []));
    }

    private static DraftSource[] SourcesBehind(ModelDrafting drafting, string tenant)
    {
        var drafter = drafting.CreateDrafter(tenant);
        drafter.Append([.. Question, .. Answer[..2]]);
        return [.. drafter.Draft(new DraftBudget(8, MinSurvival: 0)).Sources];
    }

    // A text that goes on differently every time: context n-grams prove worthless.
    private static void Teach(ConversationDrafter drafter)
    {
        for (var step = 0; step < 500; step++) drafter.Observe(1, 100 + step);
    }

    private static float Survival(ModelDrafting drafting, string tenant)
    {
        var drafter = drafting.CreateDrafter(tenant);
        drafter.Append(1, 2, 1);
        return drafter.Draft(new DraftBudget(1, MinSurvival: 0)).Survival[0];
    }

    private sealed class MemoryStore : IPriorStore
    {
        private readonly Dictionary<string, SurvivalModel> _priors = [];

        public SurvivalModel? Load(string tenant, IReadOnlyList<IDraftSource> sources) => _priors.GetValueOrDefault(tenant);

        public void Save(string tenant, SurvivalModel prior) => _priors[tenant] = prior;
    }
}
