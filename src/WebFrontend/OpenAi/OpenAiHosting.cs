using NGrammys.WebFrontend.Auth;
using NGrammys.WebFrontend.Limits;
using NGrammys.WebFrontend.OpenAi.Chat;
using NGrammys.WebFrontend.OpenAi.Completions;
using NGrammys.WebFrontend.OpenAi.Conversations;
using NGrammys.WebFrontend.OpenAi.Models;
using NGrammys.WebFrontend.OpenAi.Responses;

namespace NGrammys.WebFrontend.OpenAi;

/// <summary>Puts the OpenAI-compatible API into the web frontend; see docs/api.md.</summary>
internal static class OpenAiHosting
{
    public const string Prefix = "/v1";

    public static IServiceCollection AddOpenAiApi(this IServiceCollection services) => services
        .AddSingleton<QuotaHeaders>()
        .AddSingleton<ServedModels>()
        .AddSingleton<ChatEndpoint>()
        .AddSingleton<TextEndpoint>()
        .AddSingleton<ResponsesEndpoint>()
        .AddSingleton<StoredResponses>()
        .AddSingleton<ConversationsEndpoint>();

    /// <summary>Makes errors under /v1 look as OpenAI's do; before authentication, so that it sees those of it.</summary>
    public static IApplicationBuilder UseOpenAiErrors(this IApplicationBuilder app) =>
        app.UseWhen(context => context.Request.Path.StartsWithSegments(Prefix), api => api.UseMiddleware<AuditTrail>().UseMiddleware<ApiErrors>());

    /// <summary>Ends requests under /v1 whose caller may not stay; behind authentication.</summary>
    public static IApplicationBuilder UseAdmissionWatch(this IApplicationBuilder app) =>
        app.UseWhen(context => context.Request.Path.StartsWithSegments(Prefix), api => api.Use(async (context, next) =>
        {
            using var watched = context.RequestServices.GetRequiredService<AdmissionWatch>().Watch(context.User, context.Abort);
            await next(context);
        }));

    public static void MapOpenAiApi(this IEndpointRouteBuilder endpoints)
    {
        // For whoever wants to write a client; it says nothing that docs/api.md does not.
        endpoints.MapGet("/openapi.json", () => Results.Stream(typeof(OpenAiHosting).Assembly.GetManifestResourceStream("openapi.json")!, "application/json"));
        var api = endpoints.MapGroup(Prefix).RequireAuthorization(KeyScopes.Api);
        api.MapGet("/models", (HttpContext context, ServedModels models) => models.ListAsync(context));
        api.MapGet("/models/{**model}", (HttpContext context, ServedModels models) => models.GetAsync(context));
        api.MapPost("/chat/completions", (HttpContext context, ChatEndpoint chat, QuotaHeaders quota) => quota.RunAsync(context, chat.HandleAsync));
        api.MapPost("/responses", (HttpContext context, ResponsesEndpoint responses, QuotaHeaders quota) => quota.RunAsync(context, responses.HandleAsync));
        api.MapGet("/responses/{id}", (HttpContext context, StoredResponses responses) => responses.GetAsync(context));
        api.MapDelete("/responses/{id}", (HttpContext context, StoredResponses responses) => responses.DeleteAsync(context));
        api.MapPost("/responses/{id}/cancel", (HttpContext context, StoredResponses responses) => responses.CancelAsync(context));
        api.MapGet("/responses/{id}/input_items", (HttpContext context, StoredResponses responses) => responses.InputItemsAsync(context));
        api.MapPost("/conversations", (HttpContext context, ConversationsEndpoint conversations) => conversations.CreateAsync(context));
        api.MapGet("/conversations/{id}", (HttpContext context, ConversationsEndpoint conversations) => conversations.GetAsync(context));
        api.MapPost("/conversations/{id}", (HttpContext context, ConversationsEndpoint conversations) => conversations.UpdateAsync(context));
        api.MapDelete("/conversations/{id}", (HttpContext context, ConversationsEndpoint conversations) => conversations.DeleteAsync(context));
        api.MapGet("/conversations/{id}/items", (HttpContext context, ConversationsEndpoint conversations) => conversations.ItemsAsync(context));
        api.MapGet("/conversations/{id}/items/{item}", (HttpContext context, ConversationsEndpoint conversations) => conversations.ItemAsync(context));
        api.MapPost("/completions", (HttpContext context, TextEndpoint text, QuotaHeaders quota) => quota.RunAsync(context, text.HandleAsync));
    }
}
