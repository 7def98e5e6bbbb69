using System.Text.Encodings.Web;

namespace NGrammys.WebFrontend.Auth;

/// <summary>A page for a browser that could not be signed in.</summary>
internal static class Notice
{
    public const string ContentType = "text/html; charset=utf-8";

    /// <summary>A sign-in link was used before.</summary>
    public static string LinkIsDead { get; } = Page(
        "This sign-in link does not work any more",
        """
              <p>It was used before, or it belongs to an earlier run of the server. Each link signs in one browser, once.</p>
              <p>To get in, start the server again and open the link that it prints, or make a key with
                <code>ngrammys key create</code> and <a href="/">sign in with it</a>.</p>
        """);

    /// <summary>The provider did not let somebody in, or cannot be reached.</summary>
    /// <param name="reason">One line.</param>
    public static string NotSignedIn(string reason) => Page(
        "You could not be signed in",
        $"""
              <p>{HtmlEncoder.Default.Encode(reason)}</p>
              <p><a href="/">Try again</a>, or ask whoever runs this server.</p>
        """);

    private static string Page(string title, string text) => $"""
        <!doctype html>
        <html lang="en">
          <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width">
            <title>NGrammys: {title}</title>
            <link rel="stylesheet" href="/notice.css">
          </head>
          <body>
            <main>
              <h1>{title}</h1>
        {text}
            </main>
          </body>
        </html>
        """;
}
