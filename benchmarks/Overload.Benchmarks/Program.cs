using System.Globalization;
using NGrammys.Overload.Benchmarks;

// Arguments: [times the capacity 10] [seconds of load 10] [rounds 2]. The server is this program in a process of its own.
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
if (args is ["box", var data])
{
    await Box.RunAsync(data);
    return 0;
}

var (times, seconds, rounds) = (Number(0, 10), Number(1, 10), Number(2, 2));
await using var server = await BoxProcess.StartAsync();
Console.WriteLine($"One box: {Shape.AtOnce} short replies of {Shape.Short} steps of {Shape.Step.TotalMilliseconds:f0} ms at once beside two streams, that is {Shape.Capacity:f0} a second. "
    + $"Offered {times} times as many for {seconds} s by another process, a third each by HTTP, Try and Send; {Environment.ProcessorCount} processors.");
// What the first requests compile is not what is measured.
await new Round(server, times: 1, TimeSpan.FromSeconds(3)).RunAsync();
Console.WriteLine($"before     {await server.IdleAsync()}");
for (var round = 1; round <= rounds; round++)
{
    foreach (var line in (await new Round(server, times, TimeSpan.FromSeconds(seconds)).RunAsync()).Lines()) Console.WriteLine(line);
    Console.WriteLine($"left       {await server.IdleAsync()}");
}

return 0;

int Number(int at, int otherwise) => args.Length > at ? int.Parse(args[at], CultureInfo.InvariantCulture) : otherwise;
