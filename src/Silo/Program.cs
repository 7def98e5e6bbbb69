using NGrammys.Inference.Abstractions;
using NGrammys.ServiceDefaults;
using NGrammys.Silo;
using NGrammys.Storage;

try
{
    await SiloProcess.RunAsync(args);
    return 0;
}
catch (Exception e) when (e is NGrammysException or StorageException or HostingException)
{
    await Console.Error.WriteLineAsync($"ngrammys-silo: {e.Message}");
    return 1;
}
