using NGrammys.WebFrontend.Auth;

namespace NGrammys.WebFrontend.Files;

/// <summary>Where conversations are fetched and put as files.</summary>
internal static class ConversationFileEndpoints
{
    public static void MapConversationFiles(this IEndpointRouteBuilder endpoints)
    {
        var group = endpoints.MapGroup("/conversations").RequireAuthorization(KeyScopes.Chat);
        group.MapGet("/{id:guid}/export", (HttpContext context, Guid id, string? format, ConversationFiles files) => files.ExportAsync(context, id, format));
        group.MapPost("/import", (HttpContext context, Guid? operationId, ConversationFiles files) => files.ImportAsync(context, operationId));
    }
}
