using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using NGrammys.Grains;
using NGrammys.Grains.Batching;
using NGrammys.Grains.Conversations;
using NGrammys.Grains.Observability;
using NGrammys.Inference.Abstractions;
using NGrammys.ServiceDefaults;
using NGrammys.ServiceDefaults.Configuration;
using NGrammys.Silo.Engines;
using NGrammys.Storage;
using Orleans.Configuration;
using Orleans.Dashboard;

namespace NGrammys.Silo;

/// <summary>Puts grains, engine and store into a silo: the composition of a GPU node.</summary>
public static class SiloHosting
{
    /// <summary>Adds what the grains need. Clustering is the host's choice.</summary>
    /// <param name="silo">The silo.</param>
    /// <param name="model">The model that it serves; the caller disposes it after the host.</param>
    /// <param name="store">Conversations and transcripts; the caller disposes it after the host.</param>
    /// <exception cref="NGrammysException">A setting of the host's configuration, in <see cref="RetentionOptions"/> or <see cref="PilotOptions"/>, is no good.</exception>
    public static ISiloBuilder AddNGrammys<TStore>(this ISiloBuilder silo, LoadedModel model, TStore store)
        where TStore : class, IConversationStore, ITranscriptStore, IQuotaStore =>
        silo.AddNGrammys(model.Devices, model.Tokenizer, store);

    /// <summary>Adds what the grains need, over engines of the host's own. Clustering is the host's choice.</summary>
    /// <param name="silo">The silo.</param>
    /// <param name="devices">The engines; the caller disposes them after the host.</param>
    /// <param name="tokenizer">Of their model.</param>
    /// <param name="store">Conversations and transcripts; the caller disposes it after the host.</param>
    /// <exception cref="NGrammysException">A setting of the host's configuration, in <see cref="RetentionOptions"/> or <see cref="PilotOptions"/>, is no good.</exception>
    public static ISiloBuilder AddNGrammys<TStore>(this ISiloBuilder silo, LocalDevices devices, ITokenizer tokenizer, TStore store)
        where TStore : class, IConversationStore, ITranscriptStore, IQuotaStore
    {
        silo.Services.TryAddSingleton(TimeProvider.System);
        silo.Services.AddSingleton(devices);
        silo.Services.AddSingleton(tokenizer);
        silo.Services.AddSingleton<IConversationStore>(store);
        silo.Services.AddSingleton<ITranscriptStore>(store);
        silo.Services.AddSingleton<IQuotaStore>(store);
        if (SettingsSection.Read<RetentionOptions>(silo.Configuration, RetentionOptions.Section) is { } retention) silo.Services.AddSingleton(retention.Checked());
        if (SettingsSection.Read<PilotOptions>(silo.Configuration, PilotOptions.Section) is { } pilot) silo.Services.AddSingleton(pilot.Checked());
        silo.AddGrainPlacement().AddOwnerCheck().AddSiloDuties();
        silo.AddEngineInstruments();
        // Tells Orleans' dashboard, which web frontends show to operators.
        silo.AddDashboard();
        silo.Services.AddHealthChecks().AddCheck<DrainCheck>("draining", tags: [ServiceHosting.Ready]);
#pragma warning disable ORLEANSEXP003 // With the default directory the death of one node re-activates grains on all others (dotnet/orleans#9074).
        silo.AddDistributedGrainDirectory();
#pragma warning restore ORLEANSEXP003
        // The directory would keep the grains of a silo that died unplaced for up to half a minute, lest two silos run the same one. Conversations have a
        // fence of their own for that, in the store; a reader waits.
        silo.Configure<GrainDirectoryOptions>(directory => directory.RangeLeaseDuration = TimeSpan.Zero);
        return silo;
    }
}
