namespace NGrammys.WebFrontend.Auth;

/// <summary>Sessions of browsers that were ended by signing out: a copy of their cookie, wherever it may be, opens nothing any more.</summary>
/// <remarks>An empty file for each, in a folder that all frontends of a cluster share; one whose session would be over anyway is deleted. Thread-safe.</remarks>
internal sealed class SignedOutSessions(string folder, TimeProvider time)
{
    /// <summary>Ends a session.</summary>
    public void Add(Guid session)
    {
        Directory.CreateDirectory(folder);
        foreach (var old in new DirectoryInfo(folder).EnumerateFiles())
        {
            if (time.GetUtcNow() - old.LastWriteTimeUtc > BrowserSession.Longest) old.Delete();
        }

        File.Create(FileOf(session)).Dispose();
    }

    /// <summary>Whether it was ended.</summary>
    public bool Has(Guid session) => File.Exists(FileOf(session));

    private string FileOf(Guid session) => Path.Combine(folder, session.ToString("N"));
}
