using System.Text;
using NGrammys.Cli.Hub;
using NGrammys.Inference.Abstractions;

namespace NGrammys.Cli.Tests.Hub;

public sealed class ModelPullTests : IAsyncLifetime
{
    private static readonly RepositoryName Name = RepositoryName.Parse("someone/model");

    private readonly string _models = Directory.CreateTempSubdirectory("ngrammys-pull-").FullName;
    private readonly byte[] _weights = new byte[300_000];
    private HubServer _server = null!;

    private string Folder => ModelPull.FolderOf(_models, Name);

    public async ValueTask InitializeAsync()
    {
        new Random(1).NextBytes(_weights);
        _server = await HubServer.StartAsync();
        _server.Files["config.json"] = Encoding.UTF8.GetBytes("""{"model_type":"llama"}""");
        _server.Files["model.safetensors"] = _weights;
        _server.Files["tokenizer.model"] = [1, 2, 3];
        _server.Files["README.md"] = Encoding.UTF8.GetBytes("# A model");
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        Directory.Delete(_models, recursive: true);
    }

    [Fact]
    public async Task Weights_and_text_are_fetched_and_nothing_else()
    {
        foreach (var other in new[] { "pytorch_model.bin", "model.gguf", "modeling_own.py", "consolidated.safetensors", ".gitattributes", "onnx/config.json", "../outside.json" })
            _server.Files[other] = [1];
        var progress = new List<double>();
        Assert.Equal(Folder, await PullAsync(progress: progress.Add));
        Assert.Equal(["README.md", "config.json", "model.safetensors", "tokenizer.model"], Names());
        Assert.Equal(_weights, await File.ReadAllBytesAsync(Path.Combine(Folder, "model.safetensors"), TestContext.Current.CancellationToken));
        Assert.Equal(1, progress[^1]);
        Assert.Equal(progress.Order(), progress);
        // Nothing but the model is left in its owner's folder.
        Assert.Equal([Folder], Directory.EnumerateFileSystemEntries(Path.Combine(_models, "someone")));
    }

    [Fact]
    public async Task What_is_there_is_not_fetched_again()
    {
        await PullAsync();
        _server.Requests.Clear();
        await PullAsync();
        Assert.Equal(["list someone/model main"], _server.Requests);
    }

    [Fact]
    public async Task A_revision_may_hold_slashes()
    {
        await PullAsync(revision: "refs/pr/1");
        Assert.Contains("list someone/model refs/pr/1", _server.Requests);
    }

    [Fact]
    public async Task A_connection_that_is_cut_is_gone_on_with()
    {
        _server.Cut = (100_000, 2);
        await PullAsync();
        Assert.Equal(_weights, await File.ReadAllBytesAsync(Path.Combine(Folder, "model.safetensors"), TestContext.Current.CancellationToken));
        var ranges = _server.Requests.Where(request => request.StartsWith("store", StringComparison.Ordinal)).ToList();
        Assert.Equal(3, ranges.Count);
        // How much of what was sent before the cut arrives is up to the network; the rest is asked for from there on.
        Assert.All(ranges.Skip(1), range => Assert.Contains("bytes=", range, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_pull_that_gave_up_is_gone_on_with_by_the_next_one()
    {
        _server.Cut = (0, 5);
        await RefusedAsync("cut off 5 times");
        Assert.False(Directory.Exists(Folder));
        _server.Requests.Clear();
        await PullAsync();
        Assert.Equal(_weights, await File.ReadAllBytesAsync(Path.Combine(Folder, "model.safetensors"), TestContext.Current.CancellationToken));
        Assert.DoesNotContain("hub config.json ", _server.Requests);
    }

    [Fact]
    public async Task A_server_that_ignores_ranges_sends_the_whole_again()
    {
        (_server.IgnoresRanges, _server.Cut) = (true, (100_000, 2));
        await PullAsync();
        Assert.Equal(_weights, await File.ReadAllBytesAsync(Path.Combine(Folder, "model.safetensors"), TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("model.safetensors", true, "checksum")]
    [InlineData("config.json", true, "checksum")]
    [InlineData("model.safetensors", false, "checksum")]
    [InlineData("config.json", false, "checksum")]
    public async Task A_file_with_another_checksum_is_deleted_and_named(string file, bool described, string words)
    {
        _server.DescribesFiles = described;
        _server.Wrong[file] = [.. _server.Files[file].Reverse()];
        Assert.Contains(file, await RefusedAsync(words), StringComparison.Ordinal);
        Assert.False(Directory.Exists(Folder));
        Assert.Empty(Directory.EnumerateFiles(_models, "*.part", SearchOption.AllDirectories));
        _server.Wrong.Clear();
        await PullAsync();
    }

    [Fact]
    public async Task A_file_that_does_not_end_is_cut_off()
    {
        _server.Wrong["model.safetensors"] = new byte[5_000_000];
        await RefusedAsync("longer than 300000 bytes");
    }

    [Fact]
    public async Task A_file_that_is_listed_and_missing_is_named()
    {
        _server.Missing.Add("config.json");
        Assert.Contains("config.json", await RefusedAsync("has no"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_or_revision_that_is_not_there_is_named()
    {
        await RefusedAsync("nobody/nothing", () => PullAsync(name: RepositoryName.Parse("nobody/nothing")));
        await RefusedAsync("revision 'v9'", () => PullAsync(revision: "v9"));
    }

    [Fact]
    public async Task A_gated_model_asks_for_a_token_that_no_other_host_sees()
    {
        _server.Token = "secret";
        await RefusedAsync("Set HF_TOKEN");
        await RefusedAsync("HF_TOKEN (401)", () => PullAsync(token: "wrong"));
        await PullAsync(token: "secret");
        Assert.Contains(_server.Requests, request => request.StartsWith("store", StringComparison.Ordinal));
        Assert.Empty(_server.Leaked);
    }

    [Fact]
    public async Task Redirects_may_be_relative_but_not_endless_and_not_to_other_schemes()
    {
        _server.Location = _ => "/someone/model/resolve/" + HubServer.Commit + "/model.safetensors";
        await RefusedAsync("redirects");
        _server.Location = _ => "file:///etc/passwd";
        await RefusedAsync("not safe");
    }

    [Fact]
    public async Task A_hub_that_is_busy_is_asked_again()
    {
        _server.Busy = 2;
        await PullAsync();
        _server.Busy = 100;
        await RefusedAsync("503");
    }

    [Fact]
    public async Task A_repository_without_safetensors_is_refused()
    {
        _server.Files.Remove("model.safetensors");
        await RefusedAsync("no safetensors");
    }

    [Fact]
    public async Task Two_pulls_of_one_model_do_not_meet()
    {
        Directory.CreateDirectory(Path.Combine(_models, "someone"));
        await using var other = new FileStream(
            Path.Combine(_models, "someone", $".model.{HubServer.Commit}.partial.lock"), FileMode.Create, FileAccess.ReadWrite, FileShare.None);
        await RefusedAsync("another process");
    }

    [Theory]
    [InlineData("model")]
    [InlineData("../model")]
    [InlineData("a/..")]
    [InlineData("a/b/c")]
    [InlineData("a/b\n")]
    [InlineData("a\\b/c")]
    public void Names_that_could_lead_elsewhere_are_none(string name) => Assert.Throws<NGrammysException>(() => RepositoryName.Parse(name));

    [Fact]
    public async Task The_verb_honours_HF_ENDPOINT_and_HF_TOKEN()
    {
        _server.Token = "secret";
        var environment = new Dictionary<string, string> { ["HF_ENDPOINT"] = _server.Address.ToString(), ["HF_TOKEN"] = "secret" };
        var (code, output, errors) = await NgrammysProcess.RunAsync(["model", "pull", "someone/model", "--data", _models], environment: environment);
        Assert.Equal("", errors);
        Assert.Equal((0, Path.Combine(_models, "models", "someone", "model")), (code, output.Trim()));
        environment["HF_TOKEN"] = "wrong";
        (code, _, errors) = await NgrammysProcess.RunAsync(["serve", "--model", "someone/other", "--data", _models], environment: environment);
        Assert.Equal(1, code);
        Assert.Single(errors.Trim().Split('\n'));
        // What was pulled is served without asking anybody; this one is refused for what it is.
        (code, _, errors) = await NgrammysProcess.RunAsync(["serve", "--model", "someone/model", "--data", _models], environment: environment);
        Assert.Equal(1, code);
        Assert.Contains("config.json", errors, StringComparison.Ordinal);
    }

    private string[] Names() => [.. Directory.GetFiles(Folder).Select(file => Path.GetFileName(file)!).Where(file => file != ".commit").Order(StringComparer.Ordinal)];

    private async Task<string> PullAsync(string revision = "main", RepositoryName? name = null, string? token = null, Action<double>? progress = null)
    {
        using var hub = new HubClient(_server.Address, token);
        var pull = new ModelPull(hub, (share, _) => progress?.Invoke(share), pause: TimeSpan.Zero);
        return await pull.RunAsync(name ?? Name, revision, _models, TestContext.Current.CancellationToken);
    }

    private Task<string> RefusedAsync(string words) => RefusedAsync(words, () => PullAsync());

    private static async Task<string> RefusedAsync(string words, Func<Task<string>> pull)
    {
        var error = await Assert.ThrowsAsync<NGrammysException>(pull);
        Assert.Contains(words, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
        return error.Message;
    }
}
