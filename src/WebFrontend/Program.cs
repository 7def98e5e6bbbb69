using NGrammys.ServiceDefaults;
using NGrammys.WebFrontend;

try
{
    await WebFrontendProcess.RunAsync(args);
    return 0;
}
catch (HostingException e)
{
    await Console.Error.WriteLineAsync($"ngrammys-web: {e.Message}");
    return 1;
}
