using NGrammys.DemoModel.Corpus;

namespace NGrammys.DemoModel.Tests.Corpus;

public sealed class DocumentationIdTests
{
    [Theory]
    [InlineData("M:System.IO.File.Exists(System.String)", "System.IO.File", "Exists", "System.String")]
    [InlineData("M:System.Linq.Enumerable.Count``1(System.Collections.Generic.IEnumerable{``0})", "System.Linq.Enumerable", "Count", "System.Collections.Generic.IEnumerable{``0}")]
    [InlineData("P:System.Collections.Generic.List`1.Count", "System.Collections.Generic.List`1", "Count", "")]
    [InlineData("T:System.Collections.Generic.List`1", "System.Collections.Generic", "List", "")]
    public void Parts_are_taken_apart(string id, string type, string name, string parameters)
    {
        Assert.Equal(type, DocumentationId.DeclaringType(id));
        Assert.Equal(name, DocumentationId.Name(id));
        Assert.Equal(parameters, DocumentationId.Parameters(id));
    }

    [Theory]
    [InlineData(typeof(File), nameof(File.Exists), "M:System.IO.File.Exists(System.String)")]
    [InlineData(typeof(List<>), nameof(List<>.AddRange), "M:System.Collections.Generic.List`1.AddRange(System.Collections.Generic.IEnumerable{`0})")]
    [InlineData(typeof(Array), nameof(Array.Empty), "M:System.Array.Empty``1")]
    [InlineData(typeof(Guid), nameof(Guid.ToByteArray), "M:System.Guid.ToByteArray")]
    public void Of_writes_what_the_documentation_does(Type type, string method, string expected) =>
        Assert.Contains(expected, type.GetMethods().Where(candidate => candidate.Name == method).Select(DocumentationId.Of));
}
