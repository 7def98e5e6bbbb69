namespace NGrammys.Inference.Constraints;

/// <summary>What an edge of a grammar does, or asks of the frame that takes it.</summary>
internal enum EdgeKind : byte
{
    /// <summary>Reads a byte in [A, B].</summary>
    Byte,

    /// <summary>Nothing.</summary>
    Skip,

    /// <summary>Enters the rule at A in a frame of its own and comes back at the target; B frames deep at least.</summary>
    Call,

    /// <summary>Leaves the rule.</summary>
    Return,

    /// <summary>Only where A frames more are within the limit on depth, this one included.</summary>
    Fits,

    /// <summary>Counts one more, at most A; from B on the count stands still, as nothing asks for more.</summary>
    Count,

    /// <summary>Only if the count is at least A.</summary>
    AtLeast,

    /// <summary>Only if the count is less than A.</summary>
    Fewer,

    /// <summary>Only if property B of object A may begin; B below zero: one that the object does not list, whose value lies -B frames deep.</summary>
    MayBegin,

    /// <summary>Property B of object A has begun; B below zero: one that the object does not list.</summary>
    Begun,

    /// <summary>Only if some property of object A may begin.</summary>
    More,

    /// <summary>Only if object A may end.</summary>
    Close,
}

/// <summary>An edge of a grammar.</summary>
internal readonly record struct Edge(EdgeKind Kind, int A, int B, int Target);
