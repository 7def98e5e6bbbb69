using System.Text.RegularExpressions;
using NGrammys.TestSupport;

namespace NGrammys.Deploy.Tests.Manifests;

/// <summary>The Dockerfile: what can be said of it without building it.</summary>
public sealed partial class DockerfileTests
{
    private static readonly (string Name, string Arguments)[] Instructions =
        [.. Lines().Matches(Continuations().Replace(DeployFolder.Read("docker", "Dockerfile"), " ")).Select(line => (line.Groups[1].Value, line.Groups[2].Value))];

    [Fact]
    public void Stages_are_copied_from_after_they_are_named()
    {
        var stages = new HashSet<string>();
        foreach (var (name, rest) in Instructions)
        {
            if (name == "FROM") stages.Add(rest.Split(' ')[^1]);
            if (name == "COPY" && rest.Split(' ')[0] is var from && from.StartsWith("--from=", StringComparison.Ordinal)) Assert.Contains(from["--from=".Length..], stages);
        }

        Assert.Equal(["node", "build", "final"], stages);
    }

    [Fact]
    public void Build_runs_the_release_script_and_image_holds_what_that_puts_out()
    {
        var build = Rest("RUN").Single(run => run.Contains("release.sh", StringComparison.Ordinal));
        Assert.StartsWith("deploy/release.sh \"${TORCH}\" /release ", build, StringComparison.Ordinal);
        Assert.True(File.GetUnixFileMode(DeployFolder.Path("release.sh")).HasFlag(UnixFileMode.UserExecute), "release.sh is not executable");
        Assert.Contains("tar -xzf /release/*.tar.gz -C /ngrammys --strip-components=1", build, StringComparison.Ordinal);
        Assert.Contains("--from=build /ngrammys /opt/ngrammys", Rest("COPY"));
        Assert.Contains("PATH=/opt/ngrammys/bin:$PATH", Assert.Single(Rest("ENV")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Build_is_given_every_file_that_it_may_read()
    {
        Requirement.Met(Path.Exists(Path.Combine(DeployFolder.Repository, ".git")), "this is no clone of the repository.");
        var tracked = (await Shell.RunAsync("git", ["ls-files"], DeployFolder.Repository)).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.NotEmpty(tracked);
        foreach (var pattern in DeployFolder.Read("docker", "Dockerfile.dockerignore").Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            // At any depth, or at the root alone.
            var ignored = pattern.StartsWith("**/", StringComparison.Ordinal) ? $"/{pattern[3..]}/" : $"^/{Regex.Escape(pattern)}(/|$)";
            Assert.DoesNotContain(tracked, file => Regex.IsMatch($"/{file}", ignored));
        }
    }

    [Fact]
    public void Image_runs_as_nobody_in_particular_and_listens_where_its_health_is_asked()
    {
        var user = Assert.Single(Rest("USER"));
        Assert.Matches(@"^[1-9]\d{3,}:[1-9]\d{3,}$", user);
        var folder = Assert.Single(Rest("VOLUME"));
        Assert.Contains(Rest("RUN"), run => run.Contains($"install -d -o {user.Split(':')[0]} -g {user.Split(':')[1]} {folder}", StringComparison.Ordinal));
        var health = new Uri(Assert.Single(Rest("HEALTHCHECK")).Split(' ')[^1]);
        Assert.Contains(health.AbsolutePath, KnownNames.HealthPaths);
        Assert.Contains($"{health.Port}", Assert.Single(Rest("EXPOSE")).Split(' '));
        var command = Regex.Matches(Assert.Single(Rest("CMD")), "\"(.*?)\"").Select(word => word.Groups[1].Value).ToList();
        Assert.Contains(command[0], KnownNames.Programs);
        Assert.Equal(["serve", "--listen", "0.0.0.0", "--data", folder], command[1..]);
        foreach (Match variable in Variables().Matches(Assert.Single(Rest("ENV")))) KnownNames.AssertVariable(variable.Groups[1].Value);
    }

    private static List<string> Rest(string name) => [.. Instructions.Where(instruction => instruction.Name == name).Select(instruction => instruction.Arguments)];

    [GeneratedRegex(@"\\\n\s*")]
    private static partial Regex Continuations();

    [GeneratedRegex(@"^([A-Z]+)\s+(.+)$", RegexOptions.Multiline)]
    private static partial Regex Lines();

    [GeneratedRegex(@"(?:^|\s)(\w+)=")]
    private static partial Regex Variables();
}
