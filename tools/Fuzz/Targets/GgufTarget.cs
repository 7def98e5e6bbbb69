using NGrammys.Inference.Gguf;
using NGrammys.TestSupport;

namespace NGrammys.Fuzz.Targets;

/// <summary>GGUF files, imported whole; damage falls on the header, which is small, more often than on the weights.</summary>
internal static class GgufTarget
{
    public static FuzzTarget Create(string folder)
    {
        var (path, target) = (Path.Combine(folder, "fuzzed.gguf"), Path.Combine(folder, "imported"));
        var whole = GgufBuilder.Model().Build();
        var header = whole.Length - whole.Length / 2;
        return new FuzzTarget("gguf", 0.14, [whole], (random, input) => random.Next(4) == 0 || input.Length < header
            ? Mutations.Bytes(random, input)
            : [.. Mutations.Bytes(random, input[..header]), .. input[header..]], input =>
        {
            File.WriteAllBytes(path, input);
            GgufImport.Run(path, target);
            Directory.Delete(target, recursive: true);
        });
    }
}
