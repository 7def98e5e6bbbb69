namespace NGrammys.Storage;

/// <summary>What API keys have used of their quotas. The remarks on <see cref="IConversationStore"/> hold for it too.</summary>
public interface IQuotaStore
{
    /// <summary>What is stored of a key; null = nothing yet.</summary>
    Task<StoredQuota?> ReadAsync(string key);

    /// <summary>
    /// Replaces what is stored of a key, or stores it for the first time. False if the version stored is not the one before: somebody else has written
    /// meanwhile, and the writer must read again.
    /// </summary>
    Task<bool> WriteAsync(string key, StoredQuota quota);
}

/// <summary>What a key has used.</summary>
/// <param name="Version">Number of the write, from 1: the fence between two writers.</param>
/// <param name="State">A JSON object; opaque to the store.</param>
public sealed record StoredQuota(long Version, string State);
