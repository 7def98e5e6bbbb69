using BenchmarkDotNet.Running;
using NGrammys.Drafting.Benchmarks;

if (args is ["steps"]) StepTimes.Print();
else BenchmarkSwitcher.FromAssembly(typeof(DraftingStep).Assembly).Run(args);
