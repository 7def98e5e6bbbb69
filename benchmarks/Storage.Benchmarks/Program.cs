using System.Globalization;
using NGrammys.Storage.Benchmarks;

// Arguments: commits [milliseconds a step 20] [rounds 5] | search [messages 10000] [rounds 20]
// PostgreSQL takes part where NGRAMMYS_POSTGRES holds a connection string.
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
await using var stores = await Contenders.OpenAsync(Environment.GetEnvironmentVariable("NGRAMMYS_POSTGRES"));
switch (args)
{
    case ["commits", ..]:
        await CommitCost.MeasureAsync(stores, Number(1, 20), Number(2, 5));
        break;
    case ["search", ..]:
        await SearchSpeed.MeasureAsync(stores, Number(1, 10_000), Number(2, 20));
        break;
    default:
        Console.Error.WriteLine("commits [milliseconds a step] [rounds], or search [messages] [rounds]");
        return 2;
}

return 0;

int Number(int at, int otherwise) => args.Length > at ? int.Parse(args[at], CultureInfo.InvariantCulture) : otherwise;
