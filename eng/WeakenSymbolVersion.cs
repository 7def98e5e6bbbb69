using System;
using System.IO;
using System.Text;

namespace NGrammys.Build;

/// <summary>The versions of symbols that a 64-bit little-endian ELF file needs from other libraries.</summary>
/// <remarks>Follows the file the way the loader does: program headers, dynamic section, DT_VERNEED (Linux Standard Base, "Symbol Versioning").</remarks>
public static class SymbolVersionNeeds
{
    private const int ProgramLoad = 1, ProgramDynamic = 2;
    private const long StringTable = 5, VersionNeed = 0x6ffffffe, VersionNeedCount = 0x6fffffff;
    private const ushort Weak = 2;

    /// <summary>Marks the need for <paramref name="version"/> as weak: the loader then no longer refuses a library that lacks it.</summary>
    /// <param name="image">The bytes of the file; changed in place.</param>
    /// <param name="version">Name of the version, such as GLIBCXX_3.4.32.</param>
    /// <returns>Whether a byte changed; false where the file does not need the version or needs it weakly already.</returns>
    /// <exception cref="InvalidDataException">The bytes are not such an ELF file, or end too early.</exception>
    public static bool Weaken(byte[] image, string version)
    {
        if (image.Length < 64 || image[0] != 0x7f || image[1] != 'E' || image[2] != 'L' || image[3] != 'F')
            throw new InvalidDataException("not an ELF file");
        if (image[4] != 2 || image[5] != 1)
            throw new InvalidDataException("not a 64-bit little-endian ELF file");
        try
        {
            return WeakenNeed(image, version);
        }
        catch (ArgumentException error)
        {
            throw new InvalidDataException("an ELF file that points outside itself", error);
        }
    }

    private static bool WeakenNeed(byte[] image, string version)
    {
        long strings = 0, need = 0, needs = 0;
        for (var entry = DynamicSection(image); BitConverter.ToInt64(image, entry) != 0; entry += 16)
        {
            var value = BitConverter.ToInt64(image, entry + 8);
            switch (BitConverter.ToInt64(image, entry))
            {
                case StringTable: strings = value; break;
                case VersionNeed: need = value; break;
                case VersionNeedCount: needs = value; break;
            }
        }

        if (needs == 0) return false;
        var names = FileOffset(image, strings);
        var library = FileOffset(image, need);
        for (; needs > 0; needs--, library += BitConverter.ToInt32(image, library + 12))
        {
            var entry = library + BitConverter.ToInt32(image, library + 8);
            for (var count = BitConverter.ToUInt16(image, library + 2); count > 0; count--, entry += BitConverter.ToInt32(image, entry + 12))
            {
                if (!IsString(image, names + BitConverter.ToInt32(image, entry + 8), version)) continue;
                var weak = (image[entry + 4] & Weak) != 0;
                image[entry + 4] |= (byte)Weak;
                return !weak;
            }
        }

        return false;
    }

    private static int DynamicSection(byte[] image)
    {
        for (var i = 0; i < BitConverter.ToUInt16(image, 56); i++)
        {
            var header = ProgramHeader(image, i);
            if (BitConverter.ToInt32(image, header) == ProgramDynamic) return checked((int)BitConverter.ToInt64(image, header + 8));
        }

        throw new InvalidDataException("an ELF file without a dynamic section");
    }

    private static int FileOffset(byte[] image, long address)
    {
        for (var i = 0; i < BitConverter.ToUInt16(image, 56); i++)
        {
            var header = ProgramHeader(image, i);
            var start = BitConverter.ToInt64(image, header + 16);
            if (BitConverter.ToInt32(image, header) != ProgramLoad || address < start) continue;
            if (address - start < BitConverter.ToInt64(image, header + 32))
                return checked((int)(address - start + BitConverter.ToInt64(image, header + 8)));
        }

        throw new InvalidDataException("an ELF file whose dynamic section points outside its segments");
    }

    private static int ProgramHeader(byte[] image, int index) =>
        checked((int)BitConverter.ToInt64(image, 32) + index * BitConverter.ToUInt16(image, 54));

    private static bool IsString(byte[] image, int offset, string text) =>
        Encoding.ASCII.GetString(image, offset, text.Length) == text && image[offset + text.Length] == 0;
}

#if !WITHOUT_MSBUILD
/// <summary>Copies a native library so that it also loads where a symbol version is missing whose symbols it never calls.</summary>
public sealed class WeakenSymbolVersion : Microsoft.Build.Utilities.Task
{
    /// <summary>The library; stays as it is.</summary>
    [Microsoft.Build.Framework.Required]
    public string Source { get; set; }

    /// <summary>Where the copy goes.</summary>
    [Microsoft.Build.Framework.Required]
    public string Destination { get; set; }

    /// <summary>Name of the version, such as GLIBCXX_3.4.32.</summary>
    [Microsoft.Build.Framework.Required]
    public string Version { get; set; }

    /// <inheritdoc/>
    public override bool Execute()
    {
        try
        {
            var image = File.ReadAllBytes(Source);
            SymbolVersionNeeds.Weaken(image, Version);
            Directory.CreateDirectory(Path.GetDirectoryName(Destination));
            File.WriteAllBytes(Destination, image);
        }
        catch (InvalidDataException error)
        {
            Log.LogError("Cannot weaken {0} in {1}: {2}.", Version, Source, error.Message);
        }

        return !Log.HasLoggedErrors;
    }
}
#endif
