using System.IO.Compression;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace NGrammys.Browser.Tests;

public sealed class FirstLoadTests : PageTests
{
    // Bytes with gzip.
    private const int Largest = 200_000;

    [Fact]
    public async Task The_first_load_brings_few_scripts()
    {
        var scripts = new List<IResponse>();
        Page.Response += (_, response) =>
        {
            if (response.Request.ResourceType == "script") scripts.Add(response);
        };

        await SignInAsync();
        await Expect(Composer).ToBeVisibleAsync();
        await Expect(Page.GetByText("What would you like to know?")).ToBeVisibleAsync();

        var size = 0L;
        foreach (var script in scripts) size += Compressed(await script.BodyAsync());
        Assert.InRange(size, 1, Largest);
        TestContext.Current.SendDiagnosticMessage($"{scripts.Count} scripts, {size} bytes with gzip");
    }

    private static long Compressed(byte[] content)
    {
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Optimal, leaveOpen: true)) gzip.Write(content);
        return compressed.Length;
    }
}
