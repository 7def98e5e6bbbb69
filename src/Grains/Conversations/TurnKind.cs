using System.Text.Json.Serialization;

namespace NGrammys.Grains.Conversations;

/// <summary>Kinds of turns that speculation does differently well on.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<TurnKind>))]
internal enum TurnKind
{
    /// <summary>The first reply of a conversation: there is nothing of the model's own to quote yet.</summary>
    First,

    /// <summary>A later one.</summary>
    Later,

    /// <summary>A request that is not kept, whatever its messages are.</summary>
    Request,

    /// <summary>A reply that is held to a schema, JSON or a pattern.</summary>
    Structured,
}
