using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;
using NGrammys.Drafting;

namespace NGrammys.Silo.Engines;

/// <summary>Keeps priors as files in the data folder, one for each tenant and model.</summary>
/// <remarks>Files are written whole or not at all. They carry their format's version; one that is damaged, or of another version, is one warning and learned anew. Thread-safe.</remarks>
/// <param name="data">The data folder.</param>
/// <param name="fingerprint">Of the model: another model's guesses come true at other rates.</param>
/// <param name="logger">Receives the warnings.</param>
public sealed partial class PriorFolder(string data, string fingerprint, ILogger<PriorFolder> logger) : IPriorStore
{
    private readonly string _folder = Path.Combine(data, "priors");
    private readonly Lock _writing = new();

    /// <inheritdoc/>
    public SurvivalModel? Load(string tenant, IReadOnlyList<IDraftSource> sources)
    {
        var path = PathOf(tenant);
        if (!File.Exists(path)) return null;
        try
        {
            using var stream = File.OpenRead(path);
            return SurvivalModel.Load(stream, sources);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            LogIgnored(path, e.Message);
            return null;
        }
    }

    /// <inheritdoc/>
    public void Save(string tenant, SurvivalModel prior)
    {
        ArgumentNullException.ThrowIfNull(prior);
        var path = PathOf(tenant);
        try
        {
            lock (_writing)
            {
                Directory.CreateDirectory(_folder);
                using (var stream = File.Create(path + ".partial")) prior.Save(stream);
                File.Move(path + ".partial", path, overwrite: true);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            LogNotKept(path, e.Message);
        }
    }

    // Names of tenants may hold what no file name may.
    private string PathOf(string tenant) =>
        Path.Combine(_folder, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{fingerprint}/{tenant}")).AsSpan(0, 12)) + ".prior");

    [LoggerMessage(3101, LogLevel.Warning, "What earlier conversations taught about guesses is learned anew: '{Path}' is of no use ({Reason}).")]
    private partial void LogIgnored(string path, string reason);

    [LoggerMessage(3102, LogLevel.Warning, "What conversations taught about guesses is not kept: '{Path}' cannot be written ({Reason}).")]
    private partial void LogNotKept(string path, string reason);
}
