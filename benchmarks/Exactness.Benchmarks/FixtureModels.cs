namespace NGrammys.Exactness.Benchmarks;

/// <summary>Which of the reference's tokenizers and chat templates belong to which of its models: the model's own, or for a tokenizer one of the same construction.</summary>
internal static class FixtureModels
{
    private const string Granite = "ibm-granite-granite-3.3-2B-Instruct";
    private const string Phi = "microsoft-Phi-3.5-mini-instruct";
    private const string Qwen2 = "Qwen-Qwen2.5-7B-Instruct";
    private const string Qwen3 = "Qwen-Qwen3-0.6B";

    private static readonly string[] Llama2 = ["llama-2", "llama-2-metaspace"];
    private static readonly string[] Llama31 =
        ["meta-llama-Llama-3.1-8B-Instruct", "NousResearch-Hermes-3-Llama-3.1-8B-tool_use", "deepseek-ai-DeepSeek-R1-Distill-Llama-8B"];

    private static readonly Dictionary<string, (string[] Tokenizers, string[] Templates)> Texts = new()
    {
        ["gemma-2"] = (["gemma-like"], ["google-gemma-2-2b-it"]),
        ["gemma-3"] = (["gemma-like"], []),
        ["llama-2"] = (Llama2, []),
        ["llama-3.1"] = (["llama-3"], Llama31),
        ["llama-3.2"] = (["llama-3"], ["meta-llama-Llama-3.2-3B-Instruct"]),
        ["llama-rope-dynamic"] = (Llama2, []),
        ["llama-rope-linear"] = (Llama2, []),
        ["llama-rope-yarn"] = (Llama2, []),
        ["mistral-nemo"] = ([], ["mistralai-Mistral-Nemo-Instruct-2407"]),
        ["mistral-window"] = (Llama2, []),
        ["mixtral"] = (Llama2, []),
        ["more/granite-3"] = (["digits-bytelevel"], [Granite]),
        ["more/phi-4-mini"] = (["o200k-like"], []),
        ["more/qwen3-moe"] = (["qwen2.5"], [Qwen3]),
        ["more/smollm3"] = (["llama-3"], []),
        ["phi-3"] = (["phi-3"], []),
        ["phi-3.5-longrope"] = (["phi-3"], [Phi]),
        ["qwen2"] = (["qwen2.5"], [Qwen2]),
        ["qwen2.5-yarn"] = (["qwen2.5"], [Qwen2]),
        ["qwen3"] = (["qwen2.5"], [Qwen3]),
    };

    /// <summary>Names of a model's tokenizers; empty where the fixtures have none like it.</summary>
    public static string[] Tokenizers(string fixture) => Texts.TryGetValue(fixture, out var texts) ? texts.Tokenizers : [];

    /// <summary>Names of a model's chat templates; empty where the fixtures have none of it.</summary>
    public static string[] Templates(string fixture) => Texts.TryGetValue(fixture, out var texts) ? texts.Templates : [];
}
