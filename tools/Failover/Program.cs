using NGrammys.Failover.Silo;
using NGrammys.Inference.Abstractions;
using NGrammys.ServiceDefaults;
using NGrammys.Silo;
using NGrammys.Storage;

// The library of rehearsals is also the program of the silos that take part in them where an ordinary silo will not do.
try
{
    await SiloProcess.RunAsync(args, RehearsalSilo.FromEnvironment());
    return 0;
}
catch (Exception e) when (e is NGrammysException or StorageException or HostingException)
{
    await Console.Error.WriteLineAsync($"rehearsal: {e.Message}");
    return 1;
}
