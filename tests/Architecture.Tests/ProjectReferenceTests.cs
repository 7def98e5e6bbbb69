namespace NGrammys.Architecture.Tests;

public sealed class ProjectReferenceTests
{
    // Grains know the engine by its contracts alone, and the web frontend cannot host a grain by accident.
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Drafting"] = [],
        ["Inference.Abstractions"] = [],
        ["Inference"] = ["Inference.Abstractions", "Drafting"],
        ["Inference.Cpu"] = ["Inference"],
        ["Inference.Torch"] = ["Inference"],
        ["Storage"] = [],
        ["Grains.Interfaces"] = [],
        ["Grains"] = ["Grains.Interfaces", "Drafting", "Inference.Abstractions", "Storage"],
        ["ServiceDefaults"] = [],
        ["Silo"] = ["Grains", "Inference", "Inference.Cpu", "Inference.Torch", "Storage", "ServiceDefaults"],
        // The client library holds the wire contract of both ends.
        ["WebFrontend"] = ["Grains.Interfaces", "ServiceDefaults", "Client"],
        ["Client"] = [],
        // Failover is a tool: the rehearsals that the command line runs and the tests share.
        ["Cli"] = ["Silo", "WebFrontend", "Client", "Failover"],
    };

    public static TheoryData<string> Projects => [.. Repository.Files(".csproj")];

    [Theory]
    [MemberData(nameof(Projects))]
    public void Project_references_only_what_its_place_allows(string project)
    {
        if (!project.StartsWith("src/", StringComparison.Ordinal)) return;
        var name = Path.GetFileNameWithoutExtension(project);

        Assert.True(Allowed.ContainsKey(name), $"say in this test what the new project {name} may reference");
        Assert.Empty(Repository.References(project, "ProjectReference").Except(Allowed[name]));
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void Project_has_a_name_that_says_what_lives_there(string project) =>
        Assert.Empty(Path.GetFileNameWithoutExtension(project).Split('.').Intersect(["Common", "Core", "Shared", "Utils", "Helpers"]));

    [Theory]
    [MemberData(nameof(Projects))]
    public void Package_of_TorchSharp_belongs_to_the_torch_executor(string project)
    {
        var torch = Repository.References(project, "PackageReference").Where(package => package.StartsWith("TorchSharp", StringComparison.Ordinal));

        if (project is not ("src/Inference.Torch/Inference.Torch.csproj" or "tools/DemoModel/DemoModel.csproj")) Assert.Empty(torch);
    }

    [Theory]
    [InlineData("Drafting")]
    [InlineData("Inference.Abstractions")]
    [InlineData("Inference.Cpu")]
    public void Library_that_stands_alone_needs_no_package(string name) =>
        Assert.Empty(Repository.References($"src/{name}/{name}.csproj", "PackageReference"));
}
