using System.Text.Json;

namespace NGrammys.Cli.Tests;

/// <summary><c>ngrammys model warm</c> and <c>ngrammys profile</c> on a copy of the bundled model.</summary>
public sealed class MeasureTests : IDisposable
{
    private static readonly string Demo = Path.Combine(AppContext.BaseDirectory, "models", "demo");

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ngrammys-measure-");

    private string Model => Path.Combine(_folder.FullName, "model");

    private string Data => Path.Combine(_folder.FullName, "data");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Warm_writes_the_tables_beside_the_model_once()
    {
        Copy();
        var (code, first, errors) = await NgrammysProcess.RunAsync(["model", "warm", Model, "--device", "cpu"]);
        Assert.True(code == 0, errors);
        Assert.StartsWith("Wrote", first, StringComparison.Ordinal);
        Assert.Single(Directory.GetFiles(Model, "*.bigram"));
        Assert.Single(Directory.GetFiles(Model, "*.unigram"));

        var (again, second, _) = await NgrammysProcess.RunAsync(["model", "warm", Model, "--device", "cpu"]);
        Assert.Equal(0, again);
        Assert.All(second.Split('\n', StringSplitOptions.RemoveEmptyEntries), line => Assert.Contains("is there already", line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Warm_says_what_to_do_with_a_damaged_table()
    {
        Copy();
        await NgrammysProcess.RunAsync(["model", "warm", Model, "--device", "cpu"]);
        var table = Directory.GetFiles(Model, "*.bigram").Single();
        File.WriteAllBytes(table, File.ReadAllBytes(table)[..100]);

        Assert.Contains("Delete it, and build it again", await RefusedAsync("model", "warm", Model, "--device", "cpu"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Profile_measures_once_and_remembers()
    {
        string[] arguments = ["profile", "--model", Demo, "--device", "cpu", "--data", Data, "--json"];
        var (code, first, errors) = await NgrammysProcess.RunAsync(arguments);
        Assert.True(code == 0, errors);
        var (_, second, remembered) = await NgrammysProcess.RunAsync(arguments);

        Assert.Equal(first, second);
        Assert.Contains("Measured on", remembered, StringComparison.Ordinal);
        var profile = JsonDocument.Parse(first).RootElement;
        Assert.Equal(profile.GetProperty("context").GetArrayLength(), profile.GetProperty("seconds").GetArrayLength());
        Assert.All(profile.GetProperty("seconds").EnumerateArray(), row => Assert.Equal(profile.GetProperty("tokens").GetArrayLength(), row.GetArrayLength()));
    }

    [Fact]
    public async Task What_is_no_model_is_one_clear_line()
    {
        Assert.NotEmpty(await RefusedAsync("model", "warm", _folder.FullName));
        Assert.NotEmpty(await RefusedAsync("profile", "--model", _folder.FullName, "--data", Data));
        Assert.Contains("no device", await RefusedAsync("profile", "--model", Demo, "--device", "abacus", "--data", Data), StringComparison.Ordinal);
    }

    private static async Task<string> RefusedAsync(params string[] arguments)
    {
        var (code, output, errors) = await NgrammysProcess.RunAsync(arguments);
        Assert.NotEqual(0, code);
        Assert.Empty(output);
        Assert.Single(errors.Trim().Split('\n'));
        Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal);
        return errors;
    }

    private void Copy()
    {
        Directory.CreateDirectory(Model);
        foreach (var file in Directory.GetFiles(Demo)) File.Copy(file, Path.Combine(Model, Path.GetFileName(file)));
    }
}
