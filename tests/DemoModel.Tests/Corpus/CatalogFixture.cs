using NGrammys.DemoModel.Corpus;

[assembly: AssemblyFixture(typeof(NGrammys.DemoModel.Tests.Corpus.CatalogFixture))]

namespace NGrammys.DemoModel.Tests.Corpus;

/// <summary>The catalog of the running SDK, read once.</summary>
public sealed class CatalogFixture
{
    internal MemberCatalog Catalog { get; } = MemberCatalog.Of(ApiDocumentation.OfRunningSdk());
}
