namespace NGrammys.WebFrontend.Tests.Contract;

public sealed class TypeScriptContractTests
{
    [Fact]
    public async Task The_page_has_the_types_of_the_protocol()
    {
        var path = Path.Combine(Root(), "src", "WebFrontend", "client", "src", "lib", "contract.ts");
        var written = TypeScriptContract.Write();
        if (Environment.GetEnvironmentVariable("NGRAMMYS_WRITE") == "1")
            await File.WriteAllTextAsync(path, written, TestContext.Current.CancellationToken);

        var found = (await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken)).ReplaceLineEndings("\n");

        Assert.True(found == written, $"{Path.GetFileName(path)} is not what the records say; write it anew with NGRAMMYS_WRITE=1. It should be:\n{written}");
    }

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "NGrammys.sln"))) folder = folder.Parent!;
        return folder.FullName;
    }
}
