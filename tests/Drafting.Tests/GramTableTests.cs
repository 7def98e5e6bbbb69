namespace NGrammys.Drafting.Tests;

public sealed class GramTableTests
{
    [Fact]
    public void Adding_and_removing_leave_what_a_dictionary_would_hold()
    {
        for (var seed = 0; seed < 30; seed++)
        {
            var random = new Random(seed);
            var (table, expected) = (new GramTable(), new Dictionary<ulong, int>());
            // Few values of the low bits, so that rows displace each other.
            var keys = Enumerable.Range(0, 200).Select(_ => (ulong)random.NextInt64() << 8 | (uint)random.Next(1, 12)).ToArray();
            for (var step = 0; step < 2000; step++)
            {
                var key = keys[random.Next(keys.Length)];
                if (random.Next(3) > 0)
                {
                    table[table.FindOrAdd(key)].Add(7);
                    expected[key] = expected.GetValueOrDefault(key) + 1;
                }
                else if (expected.Remove(key))
                {
                    table.Remove(table.Find(key));
                }

                foreach (var other in keys.Take(step % 7 == 0 ? keys.Length : 1))
                {
                    var row = table.Find(other);
                    Assert.True(expected.GetValueOrDefault(other) == (row == GramTable.None ? 0 : table[row].Total), $"seed {seed}, step {step}, key {other:x}");
                }
            }
        }
    }
}
