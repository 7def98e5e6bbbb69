using NGrammys.Inference.Abstractions;
using NGrammys.Inference.Execution;

namespace NGrammys.Silo;

/// <summary>What a rehearsal of failures puts into an otherwise ordinary silo.</summary>
/// <param name="Executor">Puts something between the engine and its device; null = nothing.</param>
/// <param name="Silo">Changes the composition last; null = nothing.</param>
internal sealed record SiloRehearsal(Func<IForwardExecutor, ITokenizer, IForwardExecutor>? Executor, Action<ISiloBuilder>? Silo);
