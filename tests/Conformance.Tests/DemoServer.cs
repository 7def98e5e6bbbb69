using Microsoft.Extensions.Logging.Abstractions;
using NGrammys.Silo;
using NGrammys.Silo.Engines;
using NGrammys.Storage.InMemory;
using Orleans.Hosting;

namespace NGrammys.Conformance.Tests;

/// <summary>A server with the bundled model.</summary>
public sealed class DemoServer : ApiServer
{
    private readonly LoadedModel _model = LoadedModel.Load(
        new EngineOptions { Model = Path.Combine(AppContext.BaseDirectory, "models", "demo"), Device = "cpu" }, TimeProvider.System, NullLoggerFactory.Instance);

    public override string Model => _model.Engine.Model.Name;

    protected override void Configure(ISiloBuilder silo) => silo.AddNGrammys(_model, new InMemoryStore(TimeProvider.System));

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _model.Dispose();
    }
}
