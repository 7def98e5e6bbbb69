namespace NGrammys.Cli.Commands;

/// <summary>One line on a terminal that says how far a long verb has come; nothing where standard error is no terminal.</summary>
internal sealed class ProgressLine(string what)
{
    private readonly bool _terminal = !Console.IsErrorRedirected;
    private int _shown = -1;

    /// <summary>Shows a share from 0 to 1, and what belongs to it.</summary>
    public void Show(double share, string detail)
    {
        var thousandths = (int)(1000 * share);
        if (!_terminal || thousandths == Interlocked.Exchange(ref _shown, thousandths)) return;
        Console.Error.Write($"\r{what} {100 * share,5:f1} % {detail}\e[K");
    }

    /// <summary>Shows a share from 0 to 1.</summary>
    public void Show(double share) => Show(share, "");

    /// <summary>Removes the line.</summary>
    public void Clear()
    {
        if (_terminal) Console.Error.Write("\r\e[K");
    }
}
