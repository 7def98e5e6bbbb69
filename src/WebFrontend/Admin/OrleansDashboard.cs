using Orleans.Dashboard;

namespace NGrammys.WebFrontend.Admin;

/// <summary>Orleans' own dashboard of grains and silos, for operators. The host has added it to its silo or its client of the cluster; who may come in is said where it is mapped.</summary>
/// <param name="services">Of the host.</param>
internal sealed class OrleansDashboard(IServiceProvider services)
{
    /// <summary>Where it is.</summary>
    public const string Path = "/admin/orleans";

    // Its diagrams bring styles and one font inside of them. Scripts come from this server alone, as on the page.
    private const string ContentPolicy =
        "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; font-src 'self' data:; " +
        "object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    // What grains hold belongs to the owners of conversations, and the log to whoever runs the machine.
    private static readonly string[] Closed = ["/GrainState", "/Trace"];

    // Not before somebody looks: it reads 17 MB of files and compresses them, 0.7 s on a machine of 2 cores, and keeps 21 MB.
    private readonly Lazy<RequestDelegate> _pages = new(() => Build(services));

    /// <summary>Answers a request for anything under <see cref="Path"/>.</summary>
    public Task ServeAsync(HttpContext context)
    {
        context.Response.Headers.ContentSecurityPolicy = ContentPolicy;
        context.SetEndpoint(null);
        return _pages.Value(context);
    }

    private static RequestDelegate Build(IServiceProvider services)
    {
        var pages = new ApplicationBuilder(services);
        pages.UseRouting();
        pages.UseEndpoints(endpoints => endpoints.MapOrleansDashboard(Path).AddEndpointFilter(async (call, next) =>
            call.HttpContext.GetEndpoint() is RouteEndpoint { RoutePattern.RawText: { } route } && Closed.Any(end => route.EndsWith(end, StringComparison.Ordinal))
                ? Results.NotFound() : await next(call)));
        return pages.Build();
    }
}
