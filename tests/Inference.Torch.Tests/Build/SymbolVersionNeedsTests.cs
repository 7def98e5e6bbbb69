using System.Text;
using NGrammys.Build;

namespace NGrammys.Inference.Torch.Tests.Build;

public sealed class SymbolVersionNeedsTests
{
    private const string Version = "GLIBCXX_3.4.32";

    // One segment mapped at 0x1000 past its place in the file, so that an address taken for an offset would be noticed.
    private const int Shift = 0x1000, Dynamic = 0xc0, Names = 0x120, Need = 0x180, FlagsOfWanted = Need + 32 + 4, Size = 0x200;

    [Fact]
    public void Weaken_sets_the_flag_of_the_wanted_version_alone()
    {
        var image = Library();
        var expected = Library();
        expected[FlagsOfWanted] = 2;

        Assert.True(SymbolVersionNeeds.Weaken(image, Version));
        Assert.Equal(expected, image);
    }

    [Fact]
    public void Weaken_twice_changes_nothing_more()
    {
        var image = Library();
        SymbolVersionNeeds.Weaken(image, Version);
        var once = image.ToArray();

        Assert.False(SymbolVersionNeeds.Weaken(image, Version));
        Assert.Equal(once, image);
    }

    [Theory]
    [InlineData("GLIBCXX_3.4.3")]
    [InlineData("GLIBCXX_3.4.321")]
    public void Weaken_without_that_need_changes_nothing(string version)
    {
        var image = Library();

        Assert.False(SymbolVersionNeeds.Weaken(image, version));
        Assert.Equal(Library(), image);
    }

    [Fact]
    public void Weaken_refuses_what_is_no_elf_file()
    {
        var text = Encoding.ASCII.GetBytes(new string('x', 100));

        var error = Assert.Throws<InvalidDataException>(() => SymbolVersionNeeds.Weaken(text, Version));
        Assert.Equal("not an ELF file", error.Message);
        Assert.All(text, b => Assert.Equal((byte)'x', b));
    }

    [Fact]
    public void Weaken_refuses_a_file_that_ends_early()
    {
        for (var length = 64; length < FlagsOfWanted; length++)
        {
            var cut = Library()[..length];
            Assert.Throws<InvalidDataException>(() => SymbolVersionNeeds.Weaken(cut, Version));
        }
    }

    [Fact]
    public void Output_folder_holds_a_library_that_asks_weakly()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The library in question is that of Linux.");
        var library = Assert.Single(Directory.GetFiles(AppContext.BaseDirectory, "libLibTorchSharp.so", SearchOption.AllDirectories));
        var image = File.ReadAllBytes(library);

        Assert.Contains(Version, Encoding.Latin1.GetString(image), StringComparison.Ordinal);
        Assert.False(SymbolVersionNeeds.Weaken(image, Version));
    }

    private static byte[] Library()
    {
        var image = new byte[Size];
        using var writer = new BinaryWriter(new MemoryStream(image));
        writer.Write([0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1]);
        At(32, 64L); // program headers
        At(54, (short)56, (short)2);
        At(64, 1, 0, 0L, (long)Shift, 0L, (long)Size); // PT_LOAD
        At(64 + 56, 2, 0, (long)Dynamic, (long)(Dynamic + Shift)); // PT_DYNAMIC
        At(Dynamic, 5L, (long)(Names + Shift), 0x6ffffffeL, (long)(Need + Shift), 0x6fffffffL, 1L, 0L, 0L);
        At(Names, Encoding.ASCII.GetBytes("\0GLIBCXX_3.4\0GLIBCXX_3.4.32\0GLIBCXX_3.4.30\0"));
        At(Need, (short)1, (short)3, 0, 16, 0); // a library with three versions
        At(Need + 16, 0, (short)0, (short)2, 1, 16);
        At(Need + 32, 0, (short)0, (short)3, 13, 16);
        At(Need + 48, 0, (short)0, (short)4, 28, 0);
        return image;

        void At(int offset, params object[] values)
        {
            writer.BaseStream.Position = offset;
            foreach (var value in values)
            {
                switch (value)
                {
                    case short number: writer.Write(number); break;
                    case int number: writer.Write(number); break;
                    case long number: writer.Write(number); break;
                    case byte[] bytes: writer.Write(bytes); break;
                }
            }
        }
    }
}
