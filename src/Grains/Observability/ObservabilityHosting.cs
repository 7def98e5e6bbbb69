using Microsoft.Extensions.DependencyInjection;

namespace NGrammys.Grains.Observability;

/// <summary>Registers what a silo tells operators.</summary>
public static class ObservabilityHosting
{
    /// <summary>Tells of the silo's engines.</summary>
    public static ISiloBuilder AddEngineInstruments(this ISiloBuilder silo)
    {
        silo.Services.AddHostedService<EngineInstruments>();
        return silo;
    }
}
