namespace NGrammys.Inference.Abstractions;

/// <summary>One guessed token of a draft tree. A tree is an array in which every parent stands before its children.</summary>
/// <param name="Token">The guessed token.</param>
/// <param name="Parent">Index of the parent node in the same array, or -1: the child of the root (the last accepted token).</param>
/// <param name="Source">Who guessed it: opaque to the engine, returned with the token. 0 is reserved for the model itself.</param>
/// <param name="Survival">Estimated probability, in [0, 1], that the node is reached and accepted.</param>
public readonly record struct DraftNode(int Token, int Parent, byte Source, float Survival);
