using k8s;
using k8s.Models;
using NGrammys.Silo;

namespace NGrammys.Deploy.Tests.Manifests;

/// <summary>The manifests, read strictly as Kubernetes' own types: an unknown key fails.</summary>
public sealed class KubernetesTests
{
    private static readonly string[] Bases = ["silo.yaml", "web.yaml", "network.yaml"];
    private static readonly string[] Overlays = ["gpu", "bundled-model"];

    private static IEnumerable<object> Base => Bases.SelectMany(file => Objects("kubernetes", "base", file));

    private static V1StatefulSet Silos => Base.OfType<V1StatefulSet>().Single();

    private static V1Deployment Frontends => Base.OfType<V1Deployment>().Single();

    public static TheoryData<string> OverlayNames => [.. Overlays];

    [Fact]
    public void Base_lists_its_manifests() =>
        Assert.Equal(Bases, DeployFolder.Documents("kubernetes", "base", "kustomization.yaml").Single()["resources"].Items.Select(item => item.Text));

    [Theory]
    [MemberData(nameof(OverlayNames))]
    public void Overlay_patches_what_there_is(string overlay)
    {
        var kustomization = DeployFolder.Documents("kubernetes", "overlays", overlay, "kustomization.yaml").Single();
        foreach (var resource in kustomization["resources"].Items) Assert.True(Path.Exists(DeployFolder.Path("kubernetes", "overlays", overlay, resource.Text)), resource.Text);
        foreach (var patch in kustomization["patches"].Items)
        {
            var patched = Assert.IsType<V1StatefulSet>(Assert.Single(Objects("kubernetes", "overlays", overlay, patch["path"].Text)));
            Assert.Equal(Silos.Metadata.Name, patched.Metadata.Name);
            var container = Assert.Single(patched.Spec.Template.Spec.Containers);
            Assert.Equal(Silos.Spec.Template.Spec.Containers[0].Name, container.Name);
            foreach (var variable in container.Env) KnownNames.AssertVariable(variable.Name);
            // A silo without a model does not start.
            Assert.Contains(container.Env, variable => variable.Name == "Engine__Model");
        }
    }

    [Fact]
    public void Containers_run_a_program_of_the_release_with_settings_that_it_knows()
    {
        foreach (var pod in Pods())
        {
            var container = Assert.Single(pod.Containers);
            Assert.Contains(Assert.Single(container.Command), KnownNames.Programs);
            foreach (var variable in container.Env) KnownNames.AssertVariable(variable.Name);
        }
    }

    [Fact]
    public void Probes_ask_health_endpoints_on_the_port_that_is_listened_on()
    {
        foreach (var pod in Pods())
        {
            var container = pod.Containers[0];
            var listened = new Uri(container.Env.Single(variable => variable.Name == "ASPNETCORE_URLS").Value).Port;
            foreach (var probe in (V1Probe[])[container.StartupProbe, container.ReadinessProbe, container.LivenessProbe])
            {
                Assert.Contains(probe.HttpGet.Path, KnownNames.HealthPaths);
                Assert.Equal(listened, container.Ports.Single(port => port.Name == probe.HttpGet.Port).ContainerPort);
            }

            // A database that is away must not kill anybody.
            Assert.Equal("/healthz/live", container.LivenessProbe.HttpGet.Path);
        }
    }

    [Fact]
    public void Silos_listen_on_the_ports_that_others_are_told()
    {
        var silo = Silos.Spec.Template.Spec.Containers[0];
        int Port(string variable) => int.Parse(silo.Env.Single(env => env.Name == variable).Value, System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal(Port("Cluster__SiloPort"), silo.Ports.Single(port => port.Name == "silo").ContainerPort);
        Assert.Equal(Port("Cluster__GatewayPort"), silo.Ports.Single(port => port.Name == "gateway").ContainerPort);
        Assert.Equal("status.podIP", silo.Env.Single(env => env.Name == "Cluster__Address").ValueFrom.FieldRef.FieldPath);
    }

    [Fact]
    public void Grace_is_longer_than_a_farewell()
    {
        foreach (var pod in Pods()) Assert.True(TimeSpan.FromSeconds(pod.TerminationGracePeriodSeconds!.Value) > SiloProcess.LongestFarewell);
    }

    [Fact]
    public void Nothing_runs_as_root_or_speaks_to_Kubernetes()
    {
        foreach (var pod in Pods())
        {
            Assert.False(pod.AutomountServiceAccountToken);
            Assert.True(pod.SecurityContext.RunAsNonRoot);
            Assert.True(pod.Containers[0].SecurityContext.ReadOnlyRootFilesystem);
            Assert.False(pod.Containers[0].SecurityContext.AllowPrivilegeEscalation);
            Assert.Equal(["ALL"], pod.Containers[0].SecurityContext.Capabilities.Drop);
        }

        Assert.DoesNotContain(Base, item => item is V1Role or V1ClusterRole or V1RoleBinding or V1ClusterRoleBinding or V1ServiceAccount);
    }

    [Fact]
    public void Only_the_cluster_reaches_the_ports_of_silos()
    {
        var policy = Base.OfType<V1NetworkPolicy>().Single(item => item.Metadata.Name == Silos.Metadata.Name);
        Assert.Equal(Silos.Spec.Selector.MatchLabels, policy.Spec.PodSelector.MatchLabels);
        Assert.Equal(["Ingress"], policy.Spec.PolicyTypes);
        string[] From(string port) => [.. policy.Spec.Ingress.Where(rule => rule.Ports.Any(item => item.Port == port)).SelectMany(rule => rule.FromProperty)
            .Select(peer => peer.PodSelector?.MatchLabels.Values.Single() ?? "").Order()];
        Assert.Equal(["ngrammys-silo"], From("11111"));
        Assert.Equal(["ngrammys-silo", "ngrammys-web"], From("30000"));
        Assert.All(policy.Spec.Ingress, rule => Assert.NotEmpty(rule.FromProperty));
    }

    [Fact]
    public void Services_and_budgets_select_pods_that_there_are()
    {
        var labels = new[] { Silos.Spec.Template.Metadata.Labels, Frontends.Spec.Template.Metadata.Labels };
        IEnumerable<IDictionary<string, string>> selectors =
        [
            .. Base.OfType<V1Service>().Select(service => service.Spec.Selector),
            .. Base.OfType<V1PodDisruptionBudget>().Select(budget => budget.Spec.Selector.MatchLabels),
            Silos.Spec.Selector.MatchLabels,
            Frontends.Spec.Selector.MatchLabels,
        ];
        Assert.Equal(6, selectors.Count());
        Assert.All(selectors, selector => Assert.Contains(labels, pod => selector.All(pair => pod.TryGetValue(pair.Key, out var value) && value == pair.Value)));
        Assert.Equal(2, Base.OfType<V1PodDisruptionBudget>().Count());
        Assert.Contains(Base.OfType<V1Service>(), service => service.Metadata.Name == Silos.Spec.ServiceName);
    }

    private static V1PodSpec[] Pods() => [Silos.Spec.Template.Spec, Frontends.Spec.Template.Spec];

    private static List<object> Objects(params string[] parts) => KubernetesYaml.LoadAllFromString(DeployFolder.Read(parts), strict: true);
}
