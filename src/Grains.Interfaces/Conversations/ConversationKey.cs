namespace NGrammys.Grains.Interfaces.Conversations;

/// <summary>Who owns conversations. Part of every key, so that nobody can name another's.</summary>
/// <param name="Tenant">Organisation; tenants share no n-grams and no KV.</param>
/// <param name="User">Person or service inside the tenant.</param>
[GenerateSerializer, Immutable, Alias("ngrammys.Owner")]
public sealed record Owner([property: Id(0)] string Tenant, [property: Id(1)] string User)
{
    /// <summary>Key of <see cref="IUserGrain"/>: tenant and user, escaped, joined by a slash.</summary>
    public override string ToString() => $"{Uri.EscapeDataString(Tenant)}/{Uri.EscapeDataString(User)}";

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    /// <exception cref="FormatException">The text is no owner.</exception>
    public static Owner Parse(string text)
    {
        var parts = text.Split('/');
        return parts is [var tenant, var user]
            ? new Owner(Uri.UnescapeDataString(tenant), Uri.UnescapeDataString(user))
            : throw new FormatException($"'{text}' is not of the form tenant/user.");
    }
}

/// <summary>Names one conversation of one owner; key of <see cref="IConversationGrain"/>.</summary>
/// <param name="Owner">Its owner.</param>
/// <param name="Conversation">Its id.</param>
public sealed record ConversationKey(Owner Owner, Guid Conversation)
{
    /// <summary>tenant/user/conversation.</summary>
    public override string ToString() => $"{Owner}/{Conversation:N}";

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    /// <exception cref="FormatException">The text is no key.</exception>
    public static ConversationKey Parse(string text)
    {
        var slash = text.LastIndexOf('/');
        return new ConversationKey(Owner.Parse(text[..slash]), Guid.ParseExact(text[(slash + 1)..], "N"));
    }
}
