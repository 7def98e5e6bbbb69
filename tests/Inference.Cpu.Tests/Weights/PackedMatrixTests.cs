using System.Runtime.InteropServices;
using NGrammys.Inference.Cpu.Weights;
using NGrammys.Inference.Models;
using NGrammys.TestSupport;

namespace NGrammys.Inference.Cpu.Tests.Weights;

public sealed class PackedMatrixTests
{
    [Theory]
    [InlineData(DataType.Float32, DataType.Float32)]
    [InlineData(DataType.BFloat16, DataType.BFloat16)]
    [InlineData(DataType.Float16, DataType.Float32)]
    public void Rows_of_tensors_below_one_another_come_back_exactly(DataType stored, DataType packed)
    {
        using var model = new TinyModel(type: stored);
        var layer = model.Folder.Weights.Layers[0];
        using var matrix = new PackedMatrix(DataType.Float32, layer.Query, layer.Key, layer.Value);

        Assert.Equal(packed, matrix.Type);
        Assert.Equal(layer.Query.Shape[0] + layer.Key.Shape[0] + layer.Value.Shape[0], matrix.Outputs);
        var row = 0;
        foreach (var tensor in (StoredTensor[])[layer.Query, layer.Key, layer.Value])
        {
            for (var i = 0; i < tensor.Shape[0]; i++, row++)
            {
                var expected = new float[matrix.Inputs];
                tensor.Read((long)i * expected.Length, expected);
                var actual = new float[matrix.Inputs];
                matrix.ReadRow(row, actual);
                Assert.Equal(expected, actual);
            }
        }
    }

    [Fact]
    public void Bfloat16_rounds_wider_weights_to_the_nearest_and_ties_to_even()
    {
        float[] values = [1, 1 + 1f / 128, 1 + 1f / 256, 1 + 3f / 256, 1 + 1f / 256 + 1e-6f, -1 - 1f / 256, 0];
        var path = Path.GetTempFileName();
        try
        {
            SafetensorsWriter.Write(path, [new("w", DataType.Float32, [1, values.Length], MemoryMarshal.AsBytes<float>(values).ToArray())]);
            using var file = SafetensorsFile.Open(path);
            using var matrix = new PackedMatrix(DataType.BFloat16, file.Tensors["w"]);
            var actual = new float[values.Length];
            matrix.ReadRow(0, actual);

            Assert.Equal([1, 1 + 1f / 128, 1, 1 + 1f / 64, 1 + 1f / 128, -1, 0], actual);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
