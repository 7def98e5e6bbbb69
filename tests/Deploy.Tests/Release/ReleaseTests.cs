namespace NGrammys.Deploy.Tests.Release;

/// <summary>A release archive does what it is for: it runs from an empty folder as an ordinary user, without .NET on the machine.</summary>
public sealed class ReleaseTests(ReleaseArchive archive)
{
    [Fact]
    public async Task Archive_holds_the_programs_and_what_a_node_needs()
    {
        using var folder = new ScratchFolder();
        var release = await archive.UnpackAsync(folder);
        foreach (var program in KnownNames.Programs) Assert.True(File.Exists(Path.Combine(release, "bin", program)), program);
        foreach (var file in (string[])["LICENSE", "README.md", "systemd/ngrammys.service", "systemd/upgrade.sh", "postgres/backup.sh", "docs/operations/README.md", "bin/models/demo/model.safetensors"])
            Assert.True(File.Exists(Path.Combine(release, file)), file);
        Assert.Contains(Path.GetFileName(release), await File.ReadAllTextAsync($"{await archive}.sha256", TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_program_has_what_its_start_reads()
    {
        using var folder = new ScratchFolder();
        var programs = Directory.GetFiles(Path.Combine(await archive.UnpackAsync(folder), "bin"), "*.runtimeconfig.json").Select(file => file.Replace(".runtimeconfig.json", "", StringComparison.Ordinal)).ToList();
        // Those of rehearsals, too.
        Assert.Contains("NGrammys.Failover", programs.Select(Path.GetFileName));
        Assert.All(programs, program => Assert.True(File.Exists(program) && File.Exists($"{program}.deps.json"), program));
    }

    [Fact]
    public async Task Program_answers_from_an_empty_folder_as_an_ordinary_user()
    {
        using var folder = new ScratchFolder();
        using var home = new ScratchFolder();
        var release = await archive.UnpackAsync(folder);
        string[] command = [.. OneBox.AsOrdinaryUser(home.Path), Path.Combine(release, "bin", "ngrammys"), "generate", "--prompt", "Hello", "--max-tokens", "4", "--json"];
        var result = await Shell.RunAsync(command[0], command[1..], home.Path);
        Assert.True(result.Code == 0, result.Errors);
        Assert.Contains("tokens_per_call", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Box_serves_page_health_and_a_sign_in_link()
    {
        using var folder = new ScratchFolder();
        using var home = new ScratchFolder();
        await using var box = await OneBox.StartAsync(await archive.UnpackAsync(folder), home.Path);
        using var http = new HttpClient { BaseAddress = box.Address };
        foreach (var path in (string[])["/healthz/live", "/healthz/ready", "/"])
            Assert.True((await http.GetAsync(path, TestContext.Current.CancellationToken)).IsSuccessStatusCode, path);
        Assert.Contains(box.Address.ToString(), box.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("vulkan", "there is no backend 'vulkan'")]
    public async Task Unknown_backend_is_refused(string backend, string error)
    {
        var result = await Shell.RunAsync("bash", [DeployFolder.Path("release.sh"), backend]);
        Assert.Equal(2, result.Code);
        Assert.Contains(error, result.Errors, StringComparison.Ordinal);
    }
}
