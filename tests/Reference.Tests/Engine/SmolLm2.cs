using System.Diagnostics;
using NGrammys.TestSupport;

namespace NGrammys.Reference.Tests.Engine;

/// <summary>A real chat model as a Hugging Face folder, made once from its GGUF file by the reference converter.</summary>
internal static class SmolLm2
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>The folder; made when it is first asked for.</summary>
    public static async Task<string> FolderAsync()
    {
        var folder = Path.Combine(AppContext.BaseDirectory, "smollm2");
        if (File.Exists(Path.Combine(folder, "tokenizer_config.json"))) return folder;
        const string Python = "/usr/bin/python3";
        Requirement.Met(File.Exists(Python) && await RunAsync(Python, "-c", "import numpy") == 0,
            "the converter of the reference model needs Debian's python3-numpy; install it.");
        var gguf = SharedFolder.PathOf("models", "smollm2-135m-instruct", "SmolLM2-135M-Instruct.Q4_1.gguf");
        Assert.Equal(0, await RunAsync(Python, SharedFolder.PathOf("tools", "gguf", "gguf_to_hf.py"), gguf, folder));
        return folder;
    }

    private static async Task<int> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        await process.WaitForExitAsync().WaitAsync(Patience);
        return process.ExitCode;
    }
}
