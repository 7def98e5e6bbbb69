using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using NGrammys.Cli.Configuration;

namespace NGrammys.Deploy.Tests;

/// <summary>The reference of settings in the documentation is what the option records say of themselves.</summary>
public sealed partial class ConfigurationReferenceTests
{
    private static readonly string File = Path.Combine(DeployFolder.Repository, "docs", "operations", "configuration.md");

    private const string Begin = "<!-- settings -->\n", End = "<!-- /settings -->\n";

    [Fact]
    public void Reference_is_what_the_option_records_say()
    {
        var text = System.IO.File.ReadAllText(File);
        var (begin, end) = (text.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length, text.IndexOf(End, StringComparison.Ordinal));
        var generated = Table();
        if (Environment.GetEnvironmentVariable("NGRAMMYS_WRITE") == "1")
            System.IO.File.WriteAllText(File, text[..begin] + generated + text[end..]);
        else
            Assert.True(text[begin..end] == generated, $"docs/operations/configuration.md is not what the option records say; write it anew with NGRAMMYS_WRITE=1. It should be:\n{generated}");
    }

    private static string Table()
    {
        var table = new StringBuilder("| key | default | meaning |\n|---|---|---|\n");
        foreach (var setting in KnownSettings.All)
            table.Append("| `").Append(setting.Key).Append("` | ").Append(setting.Default is null ? "" : $"`{setting.Default}`").Append(" | ").Append(Meaning(setting)).Append(" |\n");
        return table.ToString();
    }

    private static string Meaning(KnownSetting setting)
    {
        var type = setting.Property.DeclaringType!;
        var members = XDocument.Load(Path.ChangeExtension(type.Assembly.Location, ".xml")).Descendants("member");
        var summary = members.Single(member => member.Attribute("name")!.Value == $"P:{type.FullName}.{setting.Property.Name}").Element("summary")!;
        foreach (var code in summary.Elements("c").ToList()) code.ReplaceWith($"`{code.Value}`");
        foreach (var reference in summary.Elements("see").ToList()) reference.ReplaceWith($"`{reference.Attribute("cref")!.Value.Split('.')[^1]}`");
        return Spaces().Replace(summary.Value, " ").Trim().Replace("|", "\\|", StringComparison.Ordinal);
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
