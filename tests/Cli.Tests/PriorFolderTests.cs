using Microsoft.Extensions.Logging;
using NGrammys.Drafting;
using NGrammys.Silo.Engines;

namespace NGrammys.Cli.Tests;

/// <summary>Priors in the data folder.</summary>
public sealed class PriorFolderTests : IDisposable
{
    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("ngrammys-priors-");
    private readonly Warnings _warnings = new();
    private readonly IDraftSource[] _sources = [new ContextSource()];

    [Fact]
    public void What_was_kept_is_taken_up_for_the_same_tenant_and_model_alone()
    {
        Folder().Save("a/../b", Learned());
        var read = Folder().Load("a/../b", _sources);

        Assert.NotNull(read);
        Assert.Equal(Bytes(Learned()), Bytes(read));
        Assert.Null(Folder().Load("b", _sources));
        Assert.Null(Folder("other model").Load("a/../b", _sources));
        Assert.Empty(_warnings.Lines);
        Assert.Single(Directory.GetFiles(_data.FullName, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public void Damaged_file_is_one_warning_and_ignored()
    {
        Folder().Save("a", Learned());
        var path = Directory.GetFiles(_data.FullName, "*", SearchOption.AllDirectories).Single();
        File.WriteAllBytes(path, File.ReadAllBytes(path)[..50]);

        Assert.Null(Folder().Load("a", _sources));
        Assert.Contains("cut off", Assert.Single(_warnings.Lines), StringComparison.Ordinal);

        Folder().Save("a", Learned());
        Assert.NotNull(Folder().Load("a", _sources));
    }

    [Fact]
    public void Prior_that_cannot_be_written_is_one_warning()
    {
        File.WriteAllText(Path.Combine(_data.FullName, "priors"), "a file where the folder belongs");
        Folder().Save("a", Learned());
        Assert.Contains("is not kept", Assert.Single(_warnings.Lines), StringComparison.Ordinal);
    }

    public void Dispose() => _data.Delete(recursive: true);

    private PriorFolder Folder(string fingerprint = "model") => new(_data.FullName, fingerprint, _warnings);

    private SurvivalModel Learned()
    {
        var prior = new SurvivalModel(_sources);
        var drafter = new ConversationDrafter([new ContextSource()], prior);
        for (var step = 0; step < 100; step++) drafter.Observe(1, 2, step);
        return prior;
    }

    private static byte[] Bytes(SurvivalModel prior)
    {
        using var stream = new MemoryStream();
        prior.Save(stream);
        return stream.ToArray();
    }

    private sealed class Warnings : ILogger<PriorFolder>
    {
        public List<string> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Add(formatter(state, exception));
    }
}
