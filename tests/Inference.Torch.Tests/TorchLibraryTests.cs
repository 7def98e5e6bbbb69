using NGrammys.Inference.Abstractions;
using NGrammys.Inference.Models;
using NGrammys.TestSupport;
using TorchSharp;

namespace NGrammys.Inference.Torch.Tests;

public sealed class TorchLibraryTests
{
    [Fact]
    public void Load_makes_tensors_work_on_this_distribution()
    {
        TorchLibrary.Load();
        using var ones = torch.ones(2);
        using var sum = ones.sum();

        Assert.Equal(2f, sum.item<float>());
    }

    [Fact]
    public void Version_is_that_of_the_libtorch_that_builds_carry()
    {
        TorchLibrary.Load();

        Assert.StartsWith(TorchLibrary.Version, torch.__version__, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_of_a_folder_without_libtorch_names_the_setting()
    {
        var folder = Directory.CreateTempSubdirectory("ngrammys-");
        try
        {
            var error = Assert.Throws<NGrammysException>(() => TorchLibrary.Load(folder.FullName));
            Assert.Contains("Engine:LibTorchPath", error.Message, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Theory]
    [InlineData("tpu", "'tpu' is no device of libtorch; use torch-cpu or cuda:N.")]
    [InlineData("cuda:x", "'cuda:x' is no device of libtorch; use torch-cpu or cuda:N.")]
    [InlineData("cuda:99", "Device cuda:99 ")]
    public void Executor_on_a_device_that_is_not_there_says_so_in_one_line(string device, string start)
    {
        using var model = new TinyModel();
        var error = Assert.Throws<NGrammysException>(
            () => new TorchExecutor(model.Folder.Decoder, model.Folder.Weights, DataType.Float32, 8, device));

        Assert.StartsWith(start, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }
}
