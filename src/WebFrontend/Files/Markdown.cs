using System.Text;
using NGrammys.Grains.Interfaces.Conversations;

namespace NGrammys.WebFrontend.Files;

/// <summary>The branch of a conversation that is shown, as a document to read.</summary>
internal static class Markdown
{
    public static string Of(ConversationView view)
    {
        var byId = view.Messages.ToDictionary(message => message.Id);
        var branch = new Stack<MessageView>();
        for (var id = view.SelectedMessage; id is { } known && byId.TryGetValue(known, out var message); id = message.Parent) branch.Push(message);
        var text = new StringBuilder($"# {Heading(view.Summary.Title)}\n");
        foreach (var message in branch)
            text.Append("\n## ").Append(message.Role == "user" ? "You" : "Assistant").Append("\n\n").Append(message.Text.Trim()).Append('\n');
        return text.ToString();
    }

    private static string Heading(string title) => title.Length == 0 ? "Conversation" : title.ReplaceLineEndings(" ");
}
