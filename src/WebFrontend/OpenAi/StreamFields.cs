namespace NGrammys.WebFrontend.OpenAi;

/// <summary>Whether and how an answer is streamed.</summary>
/// <param name="Wanted">Streamed, or in one piece.</param>
/// <param name="Usage">A last event tells the usage.</param>
/// <param name="Obfuscation">Events are padded; on unless the caller says otherwise.</param>
internal readonly record struct StreamFields(bool Wanted, bool Usage, bool Obfuscation)
{
    /// <summary>Reads stream and stream_options.</summary>
    public static StreamFields Read(Fields body)
    {
        var wanted = body.Flag("stream") ?? false;
        if (body.Object("stream_options") is not { } options) return new StreamFields(wanted, Usage: false, Obfuscation: true);
        if (!wanted) throw ApiError.InvalidValue("stream_options", "The 'stream_options' parameter is only allowed when 'stream' is enabled.");
        return new StreamFields(wanted, options.Flag("include_usage") ?? false, options.Flag("include_obfuscation") ?? true);
    }
}
