namespace NGrammys.Cli.Hub;

/// <summary>A file of a repository and what it must turn out to be; null where the hub does not say.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Size">Its size in bytes.</param>
/// <param name="Digest">Hexadecimal: 64 digits are the SHA-256 of a large file, 40 the id of a git blob.</param>
internal sealed record RepositoryFile(string Name, long? Size, string? Digest)
{
    private static readonly string[] Texts = [".json", ".txt", ".md", ".jinja", ".model", ".tiktoken"];

    /// <summary>Whether an engine reads it, or a person should: weights as safetensors, and text. Nothing in subfolders, nothing that can hold code.</summary>
    public bool IsWanted => Name == Path.GetFileName(Name) && !Name.StartsWith('.') && !Name.Contains('\\') && Path.GetExtension(Name) switch
    {
        // Some repositories hold their weights a second time under this name, in their makers' own layout.
        ".safetensors" => !Name.StartsWith("consolidated", StringComparison.Ordinal),
        "" => Name is "LICENSE" or "NOTICE",
        var extension => Texts.Contains(extension),
    };
}
