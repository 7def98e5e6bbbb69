using NGrammys.Grains.Tests.Hosting;
using Xunit.Sdk;
using Xunit.v3;

[assembly: AssemblyFixture(typeof(GrainCluster))]
[assembly: Parallelization(Mode = ParallelMode.None)]
