using System.Buffers.Binary;
using System.Text;
using NGrammys.Inference.Abstractions;
using NGrammys.Inference.Models;

namespace NGrammys.Inference.Tests.Models;

public sealed class SafetensorsFileTests : IDisposable
{
    private readonly string _path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.safetensors");

    [Fact]
    public void What_was_written_is_read()
    {
        SafetensorsWriter.Write(_path,
        [
            new("a", DataType.Float32, [2, 2], Bytes(16)),
            new("b", DataType.BFloat16, [3], Bytes(6)),
            new("empty", DataType.Float16, [0, 4], Bytes(0)),
        ]);
        using var file = SafetensorsFile.Open(_path);
        Assert.Equal(["a", "b", "empty"], file.Tensors.Keys.Order());
        Assert.Equal([2, 2], file.Tensors["a"].Shape);
        Assert.Equal(Bytes(16), file.Tensors["a"].Bytes(0, 4).ToArray());
        var values = new float[3];
        file.Tensors["b"].Read(0, values);
        Assert.Equal(BitConverter.UInt32BitsToSingle(0x0100_0000), values[0]);
        Assert.Throws<ArgumentOutOfRangeException>(() => file.Tensors["a"].Bytes(3, 2).Length);
    }

    [Fact]
    public void A_link_is_read_as_the_file_that_it_names()
    {
        SafetensorsWriter.Write(_path, [new("a", DataType.Float32, [2, 2], Bytes(16))]);
        var link = _path + ".link";
        File.CreateSymbolicLink(link, _path);
        try
        {
            using var file = SafetensorsFile.Open(link);
            Assert.Equal(Bytes(16), file.Tensors["a"].Bytes(0, 4).ToArray());
        }
        finally
        {
            File.Delete(link);
        }
    }

    [Theory]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,16]}}""", 16)] // shape and size disagree
    [InlineData("""{"a":{"dtype":"F32","shape":[4],"data_offsets":[0,16]}}""", 8)] // beyond the end
    [InlineData("""{"a":{"dtype":"F32","shape":[4],"data_offsets":[-16,0]}}""", 16)]
    [InlineData("""{"a":{"dtype":"F32","shape":[4],"data_offsets":[16,0]}}""", 16)]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[8,16]}}""", 16)] // a gap in front
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 16)] // bytes behind
    [InlineData("""{"a":{"dtype":"F32","shape":[4],"data_offsets":[0,16]},"b":{"dtype":"F32","shape":[2],"data_offsets":[8,16]}}""", 16)] // overlap
    [InlineData("""{"a":{"dtype":"F32","shape":[-4],"data_offsets":[0,16]}}""", 16)]
    [InlineData("""{"a":{"dtype":"F32","shape":[2147483647,2147483647,2147483647],"data_offsets":[0,16]}}""", 16)]
    [InlineData("""{"a":{"dtype":"F13","shape":[4],"data_offsets":[0,16]}}""", 16)]
    [InlineData("""{"a":{"dtype":"F32","shape":"4","data_offsets":[0,16]}}""", 16)]
    [InlineData("""{"a":{"dtype":"F32","data_offsets":[0,16]}}""", 16)]
    [InlineData("""{"a":7}""", 0)]
    [InlineData("[]", 0)]
    [InlineData("{", 0)]
    [InlineData("", 0)]
    public void A_header_that_lies_is_refused_in_one_line(string header, int dataLength)
    {
        Write((ulong)Encoding.UTF8.GetByteCount(header), Encoding.UTF8.GetBytes(header), dataLength);
        AssertRefused();
    }

    [Theory]
    [InlineData(0UL)]
    [InlineData(1_000UL)]
    [InlineData(ulong.MaxValue)]
    [InlineData(1UL << 40)]
    public void A_header_length_that_lies_is_refused(ulong length)
    {
        Write(length, Encoding.UTF8.GetBytes("{}"), 0);
        AssertRefused();
    }

    [Fact]
    public void A_truncated_or_damaged_file_is_refused_or_read_but_never_crashes()
    {
        SafetensorsWriter.Write(_path, [new("a", DataType.Float32, [2, 2], Bytes(16)), new("b", DataType.Float16, [4], Bytes(8))]);
        var whole = File.ReadAllBytes(_path);
        for (var length = 0; length < whole.Length; length++)
        {
            File.WriteAllBytes(_path, whole[..length]);
            AssertRefused();
        }

        var random = new Random(5);
        for (var round = 0; round < 500; round++)
        {
            var damaged = (byte[])whole.Clone();
            for (var i = random.Next(1, 4); i > 0; i--) damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            File.WriteAllBytes(_path, damaged);
            try
            {
                using var file = SafetensorsFile.Open(_path);
                foreach (var tensor in file.Tensors.Values) tensor.Read(0, new float[tensor.Length / tensor.Type.Size()]);
            }
            catch (NGrammysException e)
            {
                Assert.DoesNotContain('\n', e.Message);
            }
        }
    }

    public void Dispose() => File.Delete(_path);

    private static byte[] Bytes(int count) => [.. Enumerable.Range(0, count).Select(i => (byte)i)];

    private void Write(ulong headerLength, byte[] header, int dataLength)
    {
        var length = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(length, headerLength);
        File.WriteAllBytes(_path, [.. length, .. header, .. new byte[dataLength]]);
    }

    private void AssertRefused()
    {
        var error = Assert.Throws<NGrammysException>(() => SafetensorsFile.Open(_path).Dispose());
        Assert.Contains(_path, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }
}
