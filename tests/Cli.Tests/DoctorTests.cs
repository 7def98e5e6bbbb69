using System.Net.Sockets;
using System.Net;
using System.Text.Json;
using NGrammys.ServiceDefaults.Clustering;

namespace NGrammys.Cli.Tests;

/// <summary><c>ngrammys doctor</c>: what is wrong with a machine, each with what to do.</summary>
public sealed class DoctorTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ngrammys-doctor-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Doctor_finds_nothing_wrong_with_the_bundled_model_and_leaves_nothing_behind()
    {
        var (code, output, errors) = await NgrammysProcess.RunAsync(["doctor", "--data", _folder.FullName, "--port", $"{FreePort.Take(IPAddress.Loopback)}"]);
        Assert.True(code == 0, output + errors);
        foreach (var subject in (string[])["processors", "memory", "libtorch", "device", "model", "disk", "storage", "port"]) Assert.Contains($"ok  {subject}", output, StringComparison.Ordinal);
        Assert.Empty(_folder.GetFileSystemInfos());
    }

    [Fact]
    public async Task Doctor_says_what_to_do_about_a_taken_port_and_a_folder_without_a_model()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        var (code, output, errors) = await NgrammysProcess.RunAsync(["doctor", "--data", _folder.FullName, "--model", _folder.FullName, "--port", $"{port}", "--json"]);
        Assert.Equal(1, code);
        Assert.Contains("2 things want mending", errors, StringComparison.Ordinal);
        var wrong = JsonDocument.Parse(output).RootElement.EnumerateArray().Where(finding => !finding.GetProperty("ok").GetBoolean()).ToList();
        Assert.Equal(["model", "port"], wrong.Select(finding => finding.GetProperty("subject").GetString()));
        Assert.All(wrong, finding => Assert.NotEmpty(finding.GetProperty("remedy").GetString()!));
    }

    [Theory]
    [InlineData("cpu,cpu", 0, "ok  device         cpu, cpu in float32: one silo drives all of them")]
    [InlineData("cpu,cuda:0", 1, "!!  device         The devices of Engine:Device 'cpu,cuda:0' compute in different data types")]
    [InlineData("cuda:9", 1, "!!  device         cuda:9 in bfloat16; cuda:9 does not exist")]
    public async Task Doctor_tells_which_devices_a_silo_would_drive(string device, int expected, string line)
    {
        var (code, output, errors) = await NgrammysProcess.RunAsync(["doctor", "--data", _folder.FullName, "--device", device, "--port", $"{FreePort.Take(IPAddress.Loopback)}"]);
        Assert.True(code == expected, output + errors);
        Assert.Contains(line, output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Doctor_says_that_the_database_of_a_cluster_does_not_answer()
    {
        var (code, output, _) = await NgrammysProcess.RunAsync(["doctor"], environment: new() { ["Cluster__Database"] = $"Host=127.0.0.1;Port={FreePort.Take(IPAddress.Loopback)};Timeout=2" });
        Assert.Equal(1, code);
        Assert.Contains("!!  database", output, StringComparison.Ordinal);
    }
}
