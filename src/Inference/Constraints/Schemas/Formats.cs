namespace NGrammys.Inference.Constraints.Schemas;

/// <summary>What the "format" keyword asks for, as patterns of whole texts.</summary>
/// <remarks>
/// Formats of the specification are exact as RFC 3339, 3986, 4122, 5321 (dot-atoms), 1123 and 6901 write them, or refused. A name that the
/// specification does not know is a remark to people, as the specification says.
/// </remarks>
internal static class Formats
{
    private const string Date =
        "(?:[0-9]{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8]))" +
        "|(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)-02-29)";

    private const string Time =
        "(?:(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\\.[0-9]+)?(?:[zZ]|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])|23:59:60(?:\\.[0-9]+)?(?:[zZ]|[+-]00:00))";

    private const string DayParts = "(?:[0-9]+Y(?:[0-9]+M(?:[0-9]+D)?)?|[0-9]+M(?:[0-9]+D)?|[0-9]+D)";
    private const string TimeParts = "T(?:[0-9]+H(?:[0-9]+M(?:[0-9]+S)?)?|[0-9]+M(?:[0-9]+S)?|[0-9]+S)";
    private const string Label = "[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?";
    private const string HostName = Label + "(?:\\." + Label + ")*";
    private const string Atom = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+";
    private const string Byte = "(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])";
    private const string V4 = Byte + "(?:\\." + Byte + "){3}";
    private const string H = "[0-9A-Fa-f]{1,4}";
    private const string Last32 = "(?:" + H + ":" + H + "|" + V4 + ")";

    private const string V6 =
        "(?:(?:" + H + ":){6}" + Last32 +
        "|::(?:" + H + ":){5}" + Last32 +
        "|(?:" + H + ")?::(?:" + H + ":){4}" + Last32 +
        "|(?:(?:" + H + ":){0,1}" + H + ")?::(?:" + H + ":){3}" + Last32 +
        "|(?:(?:" + H + ":){0,2}" + H + ")?::(?:" + H + ":){2}" + Last32 +
        "|(?:(?:" + H + ":){0,3}" + H + ")?::" + H + ":" + Last32 +
        "|(?:(?:" + H + ":){0,4}" + H + ")?::" + Last32 +
        "|(?:(?:" + H + ":){0,5}" + H + ")?::" + H +
        "|(?:(?:" + H + ":){0,6}" + H + ")?::)";

    private const string Segment = "(?:[A-Za-z0-9._~!$&'()*+,;=:@-]|%[0-9A-Fa-f]{2})";
    private const string SegmentWithoutColon = "(?:[A-Za-z0-9._~!$&'()*+,;=@-]|%[0-9A-Fa-f]{2})";
    private const string UserOrName = "(?:[A-Za-z0-9._~!$&'()*+,;=-]|%[0-9A-Fa-f]{2})*";
    private const string User = "(?:(?:[A-Za-z0-9._~!$&'()*+,;=:-]|%[0-9A-Fa-f]{2})*@)?";
    private const string Authority = "//" + User + "(?:\\[" + V6 + "\\]|" + UserOrName + ")(?::[0-9]*)?(?:/" + Segment + "*)*";
    private const string Absolute = "/(?:" + Segment + "+(?:/" + Segment + "*)*)?";
    private const string Tail = "(?:\\?(?:" + Segment + "|[/?])*)?(?:#(?:" + Segment + "|[/?])*)?";
    private const string Uri = "[A-Za-z][A-Za-z0-9+.-]*:(?:" + Authority + "|" + Absolute + "|" + Segment + "+(?:/" + Segment + "*)*|)" + Tail;
    private const string Relative = "(?:" + Authority + "|" + Absolute + "|" + SegmentWithoutColon + "+(?:/" + Segment + "*)*|)" + Tail;
    private const string Pointer = "(?:/(?:[^/~]|~[01])*)*";

    private static readonly Dictionary<string, string> Known = new()
    {
        ["date"] = Date,
        ["time"] = Time,
        ["date-time"] = Date + "[tT]" + Time,
        ["duration"] = "P(?:[0-9]+W|" + DayParts + "(?:" + TimeParts + ")?|" + TimeParts + ")",
        ["email"] = Atom + "(?:\\." + Atom + ")*@(?:" + HostName + "|\\[(?:" + V4 + "|IPv6:" + V6 + ")\\])",
        ["hostname"] = HostName,
        ["ipv4"] = V4,
        ["ipv6"] = V6,
        ["uuid"] = "[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}",
        ["uri"] = Uri,
        ["uri-reference"] = "(?:" + Uri + "|" + Relative + ")",
        ["json-pointer"] = Pointer,
        ["relative-json-pointer"] = "(?:0|[1-9][0-9]*)(?:#|" + Pointer + ")",
    };

    private static readonly string[] Refused = ["idn-email", "idn-hostname", "iri", "iri-reference", "uri-template", "regex"];

    /// <summary>The pattern of a format; null if the name is none of the specification's.</summary>
    /// <exception cref="ConstraintException">The specification knows it, this does not.</exception>
    public static TextPattern? Find(string name)
    {
        if (Known.TryGetValue(name, out var pattern)) return new TextPattern(PatternParser.Parse(pattern).Whole());
        return Refused.Contains(name) ? throw new ConstraintException("format", $"'{name}' is not understood; use a pattern.") : null;
    }
}
