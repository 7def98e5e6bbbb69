using NGrammys.Grains.Interfaces.Conversations;
using NGrammys.Grains.Interfaces.Quotas;

namespace NGrammys.WebFrontend.Auth;

/// <summary>Says of every request, and so of every connection that begins with one, on whose behalf it calls grains and whose quota it uses.</summary>
internal static class CallOwners
{
    /// <summary>Adds it, behind authentication.</summary>
    public static IApplicationBuilder UseCallOwner(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        if (context.User.Identity?.IsAuthenticated == true)
        {
            CallOwner.Set(context.User.Owner());
            CallQuota.Set(context.RequestServices.GetRequiredService<KeyStore>().QuotaOf(context.User));
        }

        return next(context);
    });
}
