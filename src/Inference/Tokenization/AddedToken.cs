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

    /// <summary>Reads a token as tokenizer.json and tokenizer_config.json write it.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="token">Its text and flags.</param>
    /// <exception cref="FormatException">The id is negative.</exception>
    public static AddedToken Read(int id, JsonElement token) => new()
    {
        Id = id >= 0 ? id : throw new FormatException($"an added token has the id {id}"),
        Content = token.GetProperty("content").GetString()!,
        Special = token.Flag("special"),
        SingleWord = token.Flag("single_word"),
        StripsLeft = token.Flag("lstrip"),
        StripsRight = token.Flag("rstrip"),
        Normalized = token.Flag("normalized"),
    };
}
