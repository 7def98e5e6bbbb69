using System.Net;
using Microsoft.Extensions.Time.Testing;
using NGrammys.Grains.Interfaces.Conversations;
using NGrammys.Grains.Placement;

namespace NGrammys.Grains.Tests.Placement;

public sealed class SiloLoadsTests
{
    private static readonly SiloAddress A = Silo(1), B = Silo(2), C = Silo(3);

    private readonly FakeTimeProvider _time = new();
    private readonly SiloLoads _loads;

    public SiloLoadsTests() => _loads = new SiloLoads(_time);

    [Fact]
    public void Of_two_silos_the_one_with_the_shorter_queue_is_chosen_and_of_equal_queues_the_one_with_more_room()
    {
        _loads.Note(A, new SiloLoad(Waiting: 3, KvUsed: 0.1, Leaving: false));
        _loads.Note(B, new SiloLoad(Waiting: 0, KvUsed: 0.9, Leaving: false));
        Assert.Equal(B, _loads.Choose([A, B]));

        _loads.Note(A, new SiloLoad(Waiting: 0, KvUsed: 0.1, Leaving: false));
        _loads.Note(B, new SiloLoad(Waiting: 0, KvUsed: 0.9, Leaving: false));
        Assert.Equal(A, _loads.Choose([A, B]));
    }

    [Fact]
    public void A_burst_is_spread_although_the_loads_are_a_second_old()
    {
        foreach (var silo in (SiloAddress[])[A, B, C]) _loads.Note(silo, new SiloLoad(0, 0, Leaving: false));

        var placed = Enumerable.Range(0, 90).Select(_ => _loads.Choose([A, B, C])).CountBy(silo => silo).ToDictionary();

        Assert.All([A, B, C], silo => Assert.InRange(placed[silo], 20, 40));
    }

    [Fact]
    public void A_silo_that_leaves_takes_nothing_unless_there_is_no_other()
    {
        _loads.Note(A, new SiloLoad(0, 0, Leaving: true));
        _loads.Note(B, new SiloLoad(100, 1, Leaving: false));

        Assert.All(Enumerable.Range(0, 20), _ => Assert.Equal(B, _loads.Choose([A, B])));
        Assert.Equal(A, _loads.Choose([A]));
    }

    [Fact]
    public void What_was_said_long_ago_counts_for_nothing()
    {
        _loads.Note(A, new SiloLoad(0, 0, Leaving: true));
        _time.Advance(TimeSpan.FromSeconds(6));
        _loads.Note(B, new SiloLoad(5, 0, Leaving: false));

        Assert.Equal(A, _loads.Choose([A, B]));
    }

    [Fact]
    public void A_model_is_looked_for_where_it_is_served_and_without_a_name_the_first_by_name_is_meant()
    {
        _loads.Note(A, Serving("birch"));
        _loads.Note(B, Serving("amber"));
        _loads.Note(C, Serving("birch"));

        Assert.Equal(["amber", "birch"], _loads.Models.Select(model => model.Name));
        var placed = Enumerable.Range(0, 90).Select(_ => _loads.Choose([A, B, C], "birch")).CountBy(silo => silo).ToDictionary();
        Assert.Equal([A, C], placed.Keys.Order());
        Assert.All(placed.Values, count => Assert.InRange(count, 30, 60));
        Assert.All(Enumerable.Range(0, 20), _ => Assert.Equal(B, _loads.Choose([A, B, C])));
    }

    [Fact]
    public void A_model_that_nobody_serves_is_read_anywhere_but_on_a_silo_that_leaves()
    {
        _loads.Note(A, Serving("amber") with { Leaving = true });
        _loads.Note(B, Serving("birch"));

        Assert.False(_loads.Serves("amber"));
        Assert.Equal(B, _loads.Choose([A, B], "amber"));
        _loads.Note(A, Serving("amber"));
        Assert.True(_loads.Serves("amber"));
        _loads.Forget(A);
        Assert.False(_loads.Serves("amber"));
        Assert.Equal(["birch"], _loads.Models.Select(model => model.Name));
    }

    [Fact]
    public void A_silo_that_does_not_say_what_it_serves_is_as_good_as_any_where_there_is_one_model()
    {
        _loads.Note(A, Serving("amber") with { Waiting = 9 });
        _loads.Note(B, new SiloLoad(0, 0, Leaving: false));

        Assert.Equal(B, _loads.Choose([A, B]));
    }

    private static SiloLoad Serving(string model) => new(0, 0, Leaving: false, new ModelDescription
    {
        Name = model,
        Device = "cpu",
        DataType = "float32",
        ContextLength = 1,
        Defaults = new TurnSettings(),
        Fingerprint = model,
    });

    private static SiloAddress Silo(int port) => SiloAddress.New(new IPEndPoint(IPAddress.Loopback, port), 1);
}
