using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using NGrammys.Inference.Abstractions;
using NGrammys.ServiceDefaults;
using NGrammys.Silo;
using NGrammys.Silo.Engines;
using NGrammys.Storage;
using NGrammys.Storage.Sqlite;

try
{
    var builder = Host.CreateApplicationBuilder(args);
    builder.AddServiceDefaults();
    var options = builder.Configuration.GetSection(EngineOptions.Section).Get<EngineOptions>();
    if (options?.Model is null) throw new NGrammysException("Engine:Model is not set; name the Hugging Face folder of the model to serve.");
    var data = builder.Configuration["DataFolder"] ?? throw new NGrammysException("DataFolder is not set; name the folder for conversations.");
    Directory.CreateDirectory(data);

    using var loggers = LoggerFactory.Create(logging => logging.AddSimpleConsole(console => console.SingleLine = true));
    using var model = LoadedModel.Load(options, TimeProvider.System, loggers);
    model.PrepareChat();
    await using var store = SqliteStore.Open(Path.Combine(data, "conversations.db"), TimeProvider.System);
    builder.UseOrleans(silo => silo.UseLocalhostClustering().AddNGrammys(model, store));
    await builder.Build().RunAsync();
    return 0;
}
catch (Exception e) when (e is NGrammysException or StorageException)
{
    await Console.Error.WriteLineAsync($"ngrammys-silo: {e.Message}");
    return 1;
}
