using System.Text.Json;

namespace NGrammys.Inference.Tokenization;

/// <summary>A token that is found in the text as it stands, before anything is cut into words.</summary>
internal sealed record AddedToken
{
    public required int Id { get; init; }

    public required string Content { get; init; }

    /// <summary>A control token: plain text where a user typed it, and not shown in replies.</summary>
    public bool Special { get; init; }

    /// <summary>Recognised only where no word character touches it.</summary>
    public bool SingleWord { get; init; }

    /// <summary>Swallows the white space before it.</summary>
    public bool StripsLeft { get; init; }

    /// <summary>Swallows the white space behind it.</summary>
    public bool StripsRight { get; init; }

    /// <summary>Looked for in the normalised text instead of the text as typed.</summary>
    public bool Normalized { get; init; }

    // The longest that we know has 31 characters; at every place of a text each length is looked for.
    private const int MaxLength = 256;

    /// <summary>Reads a token as tokenizer.json and tokenizer_config.json write it.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="token">Its text and flags.</param>
    /// <exception cref="FormatException">The id is negative, or the text missing or too long.</exception>
    public static AddedToken Read(int id, JsonElement token) => new()
    {
        Id = id >= 0 ? id : throw new FormatException($"an added token has the id {id}"),
        Content = token.GetProperty("content").GetString() is { Length: <= MaxLength } content ? content : throw new FormatException($"the added token {id} has no text, or too much"),
        Special = token.Flag("special"),
        SingleWord = token.Flag("single_word"),
        StripsLeft = token.Flag("lstrip"),
        StripsRight = token.Flag("rstrip"),
        Normalized = token.Flag("normalized"),
    };
}
