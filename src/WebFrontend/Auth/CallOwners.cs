using NGrammys.Grains.Interfaces.Conversations;

namespace NGrammys.WebFrontend.Auth;

/// <summary>Says of every request, and so of every connection that begins with one, on whose behalf it calls grains.</summary>
internal static class CallOwners
{
    /// <summary>Adds it, behind authentication.</summary>
    public static IApplicationBuilder UseCallOwner(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        if (context.User.Identity?.IsAuthenticated == true) CallOwner.Set(context.User.Owner());
        return next(context);
    });
}
