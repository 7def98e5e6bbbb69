namespace NGrammys.Inference.Models;

/// <summary>Element type of a stored tensor, or the arithmetic of an engine.</summary>
public enum DataType
{
    /// <summary>32-bit IEEE float.</summary>
    Float32,

    /// <summary>The upper half of a float32: 8 bits of exponent, 7 of fraction.</summary>
    BFloat16,

    /// <summary>16-bit IEEE float.</summary>
    Float16,

    /// <summary>8-bit whole numbers with one scale for each row of a matrix; an arithmetic, never stored.</summary>
    Int8,
}

/// <summary>Sizes of element types.</summary>
public static class DataTypes
{
    /// <summary>Bytes of one element.</summary>
    public static int Size(this DataType type) => type switch
    {
        DataType.Float32 => 4,
        DataType.Int8 => 1,
        _ => 2,
    };
}
