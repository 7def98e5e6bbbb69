using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using NGrammys.Inference.Gguf;
using NGrammys.Inference.Models;
using NGrammys.Reference.Tests.Engine;
using NGrammys.TestSupport;

namespace NGrammys.Reference.Tests.Gguf;

public sealed class GgufReferenceTests
{
    [Theory]
    [InlineData(2, "Q4_0")]
    [InlineData(3, "Q4_1")]
    [InlineData(6, "Q5_0")]
    [InlineData(7, "Q5_1")]
    [InlineData(8, "Q8_0")]
    [InlineData(12, "Q4_K")]
    [InlineData(13, "Q5_K")]
    [InlineData(14, "Q6_K")]
    public void Blocks_have_the_reference_s_values_bit_for_bit(uint type, string name)
    {
        var file = File.ReadAllBytes(SharedFolder.PathOf("fixtures", "gguf", "blocks.safetensors"));
        var data = 8 + (int)BinaryPrimitives.ReadInt64LittleEndian(file);
        using var header = JsonDocument.Parse(file.AsMemory(8, data - 8));
        var format = BlockFormat.Of(type)!;
        Assert.Equal(name, format.Name);
        var expected = MemoryMarshal.Cast<byte, uint>(Bytes(name + ".values"));
        var values = new float[expected.Length];
        format.Read(Bytes(name + ".blocks"), values);
        Assert.NotEmpty(values);
        Assert.Equal(expected, MemoryMarshal.Cast<float, uint>(values));

        ReadOnlySpan<byte> Bytes(string tensor)
        {
            var offsets = header.RootElement.GetProperty(tensor).GetProperty("data_offsets").Ints();
            return file.AsSpan(data + offsets[0], offsets[1] - offsets[0]);
        }
    }

    [Fact]
    public async Task SmolLm2_comes_out_as_the_reference_converter_makes_it()
    {
        var expected = await SmolLm2.FolderAsync();
        var root = Directory.CreateTempSubdirectory("ngrammys-import-").FullName;
        try
        {
            var folder = Path.Combine(root, "smollm2");
            GgufImport.Run(SharedFolder.PathOf("models", "smollm2-135m-instruct", "SmolLM2-135M-Instruct.Q4_1.gguf"), folder);
            foreach (var name in Directory.GetFiles(expected, "*.json").Select(Path.GetFileName))
            {
                Assert.True(JsonNode.DeepEquals(Json(expected, name!), Json(folder, name!)), name);
            }

            using var theirs = SafetensorsFile.Open(Path.Combine(expected, "model.safetensors"));
            using var ours = SafetensorsFile.Open(Path.Combine(folder, "model.safetensors"));
            Assert.Equal(theirs.Tensors.Keys.Order(), ours.Tensors.Keys.Order());
            foreach (var (name, tensor) in theirs.Tensors)
            {
                Assert.Equal(tensor.Shape, ours.Tensors[name].Shape);
                var count = (int)(tensor.Length / 2);
                Assert.True(tensor.Bytes(0, count).SequenceEqual(ours.Tensors[name].Bytes(0, count)), name);
            }
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    private static JsonNode? Json(string folder, string name) => JsonNode.Parse(File.ReadAllText(Path.Combine(folder, name)));
}
