namespace NGrammys.Storage.Tests;

/// <summary>What keys have used: of two writers only one goes on.</summary>
public abstract class QuotaCompliance(StoreUnderTest store) : Compliance(store)
{
    [Fact]
    public async Task Quota_is_read_as_it_was_written_last()
    {
        Assert.Null(await Quotas.ReadAsync("one"));
        Assert.True(await Quotas.WriteAsync("one", new StoredQuota(1, """{"a":1}""")));
        Assert.True(await Quotas.WriteAsync("two", new StoredQuota(1, """{"b":1}""")));
        Assert.True(await Quotas.WriteAsync("one", new StoredQuota(2, """{"a":2}""")));

        Assert.Equal(new StoredQuota(2, """{"a":2}"""), await Quotas.ReadAsync("one"));
        Assert.Equal(new StoredQuota(1, """{"b":1}"""), await Quotas.ReadAsync("two"));
    }

    [Fact]
    public async Task Writer_that_was_outrun_is_refused_and_changes_nothing()
    {
        Assert.True(await Quotas.WriteAsync("key", new StoredQuota(1, "{}")));
        Assert.False(await Quotas.WriteAsync("key", new StoredQuota(1, """{"late":1}""")));
        Assert.True(await Quotas.WriteAsync("key", new StoredQuota(2, """{"first":1}""")));
        Assert.False(await Quotas.WriteAsync("key", new StoredQuota(2, """{"second":1}""")));

        Assert.Equal(new StoredQuota(2, """{"first":1}"""), await Quotas.ReadAsync("key"));
    }

    [Fact]
    public async Task Of_writers_at_once_each_version_has_one()
    {
        var written = 0;
        await Task.WhenAll(Enumerable.Range(0, 8).Select(writer => Task.Run(async () =>
        {
            for (var done = 0; done < 10;)
            {
                var next = (await Quotas.ReadAsync("key"))?.Version + 1 ?? 1;
                if (!await Quotas.WriteAsync("key", new StoredQuota(next, $$"""{"writer":{{writer}}}"""))) continue;
                done++;
                Interlocked.Increment(ref written);
            }
        })));

        Assert.Equal(written, (await Quotas.ReadAsync("key"))!.Version);
    }
}
