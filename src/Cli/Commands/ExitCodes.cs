using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using NGrammys.Client;
using NGrammys.Inference.Abstractions;
using NGrammys.ServiceDefaults;
using NGrammys.Storage;

namespace NGrammys.Cli.Commands;

/// <summary>Runs a verb and turns what goes wrong into one line and an exit code: 0 done, 1 refused or failed, 130 interrupted.</summary>
internal static class ExitCodes
{
    public const int Done = 0;
    public const int Failed = 1;
    public const int Interrupted = 130;

    /// <summary>Runs a verb that ends early, and tidily, when the person interrupts it.</summary>
    public static async Task<int> RunAsync(Func<CancellationToken, Task> verb)
    {
        using var interruption = new CancellationTokenSource();
        using var signal = PosixSignalRegistration.Create(PosixSignal.SIGINT, context =>
        {
            // The first Ctrl-C asks, a second one ends the process.
            context.Cancel = !interruption.IsCancellationRequested;
            interruption.Cancel();
        });
        return await RunAsync(() => verb(interruption.Token));
    }

    /// <summary>Runs a verb.</summary>
    [SuppressMessage("Design", "CA1031", Justification = "The program's top: whatever it is, a person reads one line.")]
    public static async Task<int> RunAsync(Func<Task> verb)
    {
        try
        {
            await verb();
            return Done;
        }
        catch (OperationCanceledException)
        {
            return Interrupted;
        }
        catch (Exception e) when (e is NGrammysException or HostingException or StorageException or ChatException or IOException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync($"ngrammys: {e.Message}");
            return Failed;
        }
        catch (Exception e)
        {
            await Console.Error.WriteLineAsync($"ngrammys: unexpected {e.GetType().Name}: {e.Message}. This is a bug; please report it with the command that you gave.");
            return Failed;
        }
    }
}
