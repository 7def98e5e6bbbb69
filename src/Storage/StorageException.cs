namespace NGrammys.Storage;

/// <summary>Why a store cannot serve.</summary>
public enum StorageError
{
    /// <summary>It cannot be reached, read or written now; later may be different.</summary>
    Unavailable,

    /// <summary>Another process has it open.</summary>
    InUse,

    /// <summary>There is no room for more.</summary>
    Full,

    /// <summary>Its content is damaged, or is not a store.</summary>
    Corrupt,

    /// <summary>It was written by a newer version.</summary>
    Newer,
}

/// <summary>A store failed. The message is one line for the person who runs the server: what happened and what to do.</summary>
public sealed class StorageException : IOException
{
    /// <summary>Creates the error.</summary>
    public StorageException(StorageError error, string message, Exception? innerException = null) : base(message, innerException) => Error = error;

    /// <summary>What kind of failure it is.</summary>
    public StorageError Error { get; }
}
