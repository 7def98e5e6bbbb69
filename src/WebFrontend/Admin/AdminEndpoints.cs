using NGrammys.Client;
using NGrammys.Client.Protocol;
using NGrammys.Grains.Interfaces.Cluster;
using NGrammys.WebFrontend.Auth;
using NGrammys.WebFrontend.Hubs;

namespace NGrammys.WebFrontend.Admin;

/// <summary>What operators are told and may change, as JSON; see docs/operations/admin.md.</summary>
internal static class AdminEndpoints
{
    public static void MapAdmin(this IEndpointRouteBuilder endpoints)
    {
        var group = endpoints.MapGroup("/admin").RequireAuthorization(KeyScopes.Admin);
        var dashboard = new OrleansDashboard(endpoints.ServiceProvider);
        group.MapGet("/status", (HttpContext context, IGrainFactory grains, Refusals refusals) =>
            AnswerAsync(context, refusals, async () => Results.Json(await grains.GetGrain<IClusterGrain>(0).Describe())));
        group.MapGet("/pilot", (HttpContext context, IGrainFactory grains, Refusals refusals, TimeProvider time) =>
            AnswerAsync(context, refusals, async () => Results.Json(PilotReport.Of(await grains.GetGrain<IClusterGrain>(0).Describe(), time.GetUtcNow()))));
        group.MapPost("/nodes/{node}/drain", (HttpContext context, string node, IGrainFactory grains, Refusals refusals) =>
            AnswerAsync(context, refusals, () => AcceptAsync(grains.GetGrain<IClusterGrain>(0).Drain(node))));
        group.MapPost("/nodes/{node}/resume", (HttpContext context, string node, IGrainFactory grains, Refusals refusals) =>
            AnswerAsync(context, refusals, () => AcceptAsync(grains.GetGrain<IClusterGrain>(0).Resume(node))));
        group.MapGet("/orleans/{**rest}", (HttpContext context, Refusals refusals) => GuardAsync(context, refusals, () => dashboard.ServeAsync(context)));
        group.MapGet("/keys", (HttpContext context, KeyStore keys, Refusals refusals) =>
            AnswerAsync(context, refusals, () => Task.FromResult(Results.Json(keys.List().Select(KeyDescription.Of)))));
        group.MapPost("/keys", (HttpContext context, NewKeyRequest request, KeyStore keys, Refusals refusals) =>
            AnswerAsync(context, refusals, () => Task.FromResult(Results.Json(
                new NewKey(keys.Create(request.Name, request.Scopes, request.Limits)), statusCode: StatusCodes.Status201Created))));
        group.MapDelete("/keys/{name}", (HttpContext context, string name, KeyStore keys, Refusals refusals) =>
            AnswerAsync(context, refusals, () => keys.Revoke(name)
                ? Task.FromResult(Results.NoContent())
                : throw new ChatException(RefusalCode.InvalidRequest, $"There is no key named '{name}'.")));
    }

    // What has begun may take a moment; the status shows how far it is.
    private static async Task<IResult> AcceptAsync(Task done)
    {
        await done;
        return Results.Accepted();
    }

    private static Task AnswerAsync(HttpContext context, Refusals refusals, Func<Task<IResult>> answer) =>
        GuardAsync(context, refusals, async () => await (await answer()).ExecuteAsync(context));

    private static async Task GuardAsync(HttpContext context, Refusals refusals, Func<Task> answer)
    {
        // What is true now is not true later.
        context.Response.Headers.CacheControl = "no-store";
        try
        {
            await answer();
        }
        catch (Exception e) when (!context.RequestAborted.IsCancellationRequested && !context.Response.HasStarted)
        {
            var (code, line) = refusals.Explain(e);
            await Problem.WriteAsync(context, Status(code), code, line);
        }
    }

    private static int Status(string code) => code switch
    {
        RefusalCode.InvalidRequest => StatusCodes.Status400BadRequest,
        RefusalCode.Conflict => StatusCodes.Status409Conflict,
        RefusalCode.Internal => StatusCodes.Status500InternalServerError,
        _ => StatusCodes.Status503ServiceUnavailable,
    };
}
