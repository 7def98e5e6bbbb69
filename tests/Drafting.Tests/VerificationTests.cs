namespace NGrammys.Drafting.Tests;

public sealed class VerificationTests
{
    [Fact]
    public void Walk_empty_tree_brings_the_models_own_token() =>
        Assert.Equal(new VerifiedPath(0, 9), Verification.Walk([], [], [9], []));

    [Fact]
    public void Walk_follows_the_child_that_carries_the_targets_token()
    {
        // 5 ─ 6 ─ 8
        //   └ 7 ─ 8
        int[] tokens = [5, 6, 7, 8, 8];
        int[] parents = [-1, 0, 0, 1, 2];
        var accepted = new int[3];

        Assert.Equal(new VerifiedPath(3, 4), Verification.Walk(tokens, parents, [5, 7, 1, 8, 2, 4], accepted));
        Assert.Equal([0, 2, 4], accepted);
    }

    [Fact]
    public void Walk_stops_where_no_child_carries_the_token() =>
        Assert.Equal(new VerifiedPath(1, 3), Verification.Walk([5, 6], [-1, 0], [5, 3, 1], new int[2]));

    [Fact]
    public void Walk_agrees_with_walking_node_by_node()
    {
        for (var seed = 0; seed < 2000; seed++)
        {
            var random = new Random(seed);
            var count = random.Next(20);
            var tokens = Enumerable.Range(0, count).Select(_ => random.Next(3)).ToArray();
            var parents = Enumerable.Range(0, count).Select(node => random.Next(-1, node)).ToArray();
            var chosen = Enumerable.Range(0, count + 1).Select(_ => random.Next(3)).ToArray();
            var expected = NaivePath(tokens, parents, chosen);
            var accepted = new int[count];

            var path = Verification.Walk(tokens, parents, chosen, accepted);
            Assert.Equal(expected, accepted[..path.Length]);
            Assert.Equal(chosen[expected.Append(-1).Max() + 1], path.Token);

            List<int> asked = [];
            Assert.Equal(path, Verification.Walk(tokens, parents, node => { asked.Add(node); return chosen[node + 1]; }, accepted));
            Assert.Equal(expected, accepted[..path.Length]);
            Assert.Equal([-1, .. expected], asked);
        }
    }

    [Fact]
    public void Walk_arrays_that_do_not_fit_throw()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Verification.Walk([1], [], [1, 2], new int[1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => Verification.Walk([1], [-1], [1], new int[1]));
    }

    private static List<int> NaivePath(int[] tokens, int[] parents, int[] chosen)
    {
        List<int> path = [];
        for (var last = -1; ;)
        {
            var child = Enumerable.Range(0, tokens.Length).FirstOrDefault(node => parents[node] == last && tokens[node] == chosen[last + 1], -1);
            if (child < 0) return path;
            path.Add(child);
            last = child;
        }
    }
}
