using System.Text.Json;
using System.Text.Unicode;
using NGrammys.Inference.Abstractions;

namespace NGrammys.Inference.Models;

/// <summary>Reads the JSON files of a model folder.</summary>
public static class JsonFile
{
    /// <summary>Reads a file that holds one JSON object.</summary>
    /// <exception cref="NGrammysException">The file is missing or is not a JSON object.</exception>
    public static JsonDocument Read(string path)
    {
        try
        {
            var bytes = File.ReadAllBytes(path);
            if (!Utf8.IsValid(bytes)) throw new NGrammysException($"'{path}' is not valid UTF-8; download it again.");
            var document = JsonDocument.Parse(bytes);
            if (document.RootElement.ValueKind == JsonValueKind.Object) return document;
            document.Dispose();
            throw new NGrammysException($"'{path}' is not a JSON object; download it again.");
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new NGrammysException($"'{path}' does not exist; a model folder holds config.json, safetensors weights and a tokenizer.", e);
        }
        catch (JsonException e)
        {
            throw new NGrammysException($"'{path}' is not valid JSON (line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}); download it again.", e);
        }
    }
}
