using System.Buffers.Text;
using System.Collections.Frozen;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using NGrammys.Client;
using NGrammys.Client.Protocol;
using NGrammys.Grains.Interfaces.Conversations;
using NGrammys.Grains.Interfaces.Quotas;

namespace NGrammys.WebFrontend.Auth;

/// <summary>One API key, without the key.</summary>
/// <param name="Name">What the key is for; unique.</param>
/// <param name="Tenant">Whose conversations it opens: the tenant,</param>
/// <param name="Owner">and the person or service inside the tenant.</param>
/// <param name="Created">When it was made.</param>
/// <param name="Hash">SHA-256 of the key, hexadecimal.</param>
/// <param name="Scopes">What it opens, see <see cref="KeyScopes"/>; null = what an ordinary caller needs.</param>
/// <param name="Limits">What it may use; null = without limit.</param>
public sealed record ApiKey(
    string Name, string Tenant, string Owner, DateTimeOffset Created, string Hash, string[]? Scopes = null, QuotaLimits? Limits = null);

/// <summary>The API keys of a server: a file that holds their hashes, so that reading it opens nothing.</summary>
/// <remarks>Thread-safe. Changes that another process makes to the file are seen by the next request.</remarks>
public sealed class KeyStore(string path, TimeProvider time)
{
    /// <summary>Name of the file in a server's data folder.</summary>
    public const string FileName = "keys.json";

    private const string Prefix = "ngk_";
    private const int SecretBytes = 32;
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    private readonly Lock _lock = new();
    private (DateTime Written, long Length) _version;
    private FrozenDictionary<string, ApiKey> _byHash = FrozenDictionary<string, ApiKey>.Empty;

    /// <summary>Makes a key for the owner of this box and returns it; it cannot be shown again.</summary>
    /// <param name="name">What the key is for.</param>
    /// <param name="scopes">What it opens, see <see cref="KeyScopes"/>; null = what an ordinary caller needs.</param>
    /// <param name="limits">What it may use; null = without limit.</param>
    /// <exception cref="ChatException">The name is empty or taken, a scope is unknown, or the file is damaged.</exception>
    public string Create(string name, IReadOnlyCollection<string>? scopes = null, QuotaLimits? limits = null)
    {
        if (scopes?.FirstOrDefault(scope => !KeyScopes.All.Contains(scope)) is { } unknown)
            throw new ChatException(RefusalCode.InvalidRequest, $"There is no scope '{unknown}'; there are {string.Join(", ", KeyScopes.All)}.");
        if (string.IsNullOrWhiteSpace(name))
            throw new ChatException(RefusalCode.InvalidRequest, "A key needs a name that says what it is for.");
        var key = Prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SecretBytes));
        lock (_lock)
        {
            var keys = Read();
            if (keys.Any(existing => existing.Name == name))
                throw new ChatException(RefusalCode.Conflict, $"There is a key named '{name}' already; revoke it or choose another name.");
            Write([.. keys, new ApiKey(name, Identity.Local.Tenant, Identity.Local.User, time.GetUtcNow(), Hash(key),
                scopes?.ToArray(), limits)]);
        }
        return key;
    }

    /// <summary>All keys, the oldest first.</summary>
    /// <exception cref="ChatException">The file is damaged.</exception>
    public IReadOnlyList<ApiKey> List() => Read();

    /// <summary>Makes a key worthless. False if there is none of that name.</summary>
    /// <exception cref="ChatException">The file is damaged.</exception>
    public bool Revoke(string name)
    {
        lock (_lock)
        {
            var keys = Read();
            var remaining = keys.Where(key => key.Name != name).ToArray();
            if (remaining.Length == keys.Length)
                return false;
            Write(remaining);
            return true;
        }
    }

    /// <summary>Whose key it is; null if it is nobody's.</summary>
    internal Owner? Find(string key) => Get(Hash(key)) is { } found ? new Owner(found.Tenant, found.Owner) : null;

    /// <summary>The key of that hash; null if there is none.</summary>
    internal ApiKey? Get(string hash)
    {
        Reload();
        return _byHash.GetValueOrDefault(hash);
    }

    /// <summary>What a caller may use; null = without limit.</summary>
    internal KeyQuota? QuotaOf(ClaimsPrincipal caller) =>
        caller.KeyHash() is { } hash && Get(hash)?.Limits is { } limits ? new KeyQuota(hash, limits) : null;

    /// <summary>Whether the key of that hash still opens something.</summary>
    internal bool Has(string hash) => Get(hash) is not null;

    /// <summary>SHA-256 of a key, hexadecimal.</summary>
    internal static string Hash(string key) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)));

    private void Reload()
    {
        var file = new FileInfo(path);
        var version = file.Exists ? (file.LastWriteTimeUtc, file.Length) : default;
        lock (_lock)
        {
            if (version == _version)
                return;
            _byHash = Read().ToFrozenDictionary(key => key.Hash);
            _version = version;
        }
    }

    private ApiKey[] Read()
    {
        if (!File.Exists(path))
            return [];
        try
        {
            return JsonSerializer.Deserialize<ApiKey[]>(File.ReadAllBytes(path), Json) ?? [];
        }
        catch (JsonException e)
        {
            throw new ChatException(RefusalCode.Internal, $"{path} is damaged: {e.Message} Mend it or delete it, and make new keys.", e);
        }
    }

    // A reader sees the old file or the new one, never half of one.
    private void Write(ApiKey[] keys)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        Directory.CreateDirectory(folder);
        var temporary = Path.Combine(folder, $".{Path.GetFileName(path)}.{Guid.NewGuid():N}");
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var file = new FileStream(temporary, options))
            JsonSerializer.Serialize(file, keys, Json);
        File.Move(temporary, path, overwrite: true);
    }
}
