using System.Buffers.Binary;

namespace NGrammys.Storage;

/// <summary>Numbers as both databases hold them: 4 bytes each, little-endian.</summary>
internal static class NumberBlob
{
    public static byte[] Of(int[] numbers) => Blob(numbers, BinaryPrimitives.WriteInt32LittleEndian);

    public static byte[] Of(float[] numbers) => Blob(numbers, BinaryPrimitives.WriteSingleLittleEndian);

    public static int[] Integers(byte[] blob) => Numbers(blob, BinaryPrimitives.ReadInt32LittleEndian);

    public static float[] Singles(byte[] blob) => Numbers(blob, BinaryPrimitives.ReadSingleLittleEndian);

    private delegate void WriteNumber<T>(Span<byte> place, T number);

    private delegate T ReadNumber<T>(ReadOnlySpan<byte> place);

    private static byte[] Blob<T>(T[] numbers, WriteNumber<T> write)
    {
        var bytes = new byte[numbers.Length * 4];
        for (var i = 0; i < numbers.Length; i++)
            write(bytes.AsSpan(i * 4), numbers[i]);
        return bytes;
    }

    private static T[] Numbers<T>(byte[] bytes, ReadNumber<T> read)
    {
        var numbers = new T[bytes.Length / 4];
        for (var i = 0; i < numbers.Length; i++)
            numbers[i] = read(bytes.AsSpan(i * 4));
        return numbers;
    }
}
