using NGrammys.Conformance.Tests;
using Xunit.Sdk;
using Xunit.v3;

[assembly: AssemblyFixture(typeof(ScriptedServer))]
[assembly: AssemblyFixture(typeof(DemoServer))]
[assembly: Parallelization(Mode = ParallelMode.None)]
