using System.Globalization;
using NGrammys.Fuzz;

// Arguments: [inputs 1000000] [first seed 1] [only this target]
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var (inputs, seed) = (args.Length > 0 ? long.Parse(args[0], CultureInfo.InvariantCulture) : 1_000_000, args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 1);
using var folder = new WorkFolder();
var failures = 0;
foreach (var target in FuzzTargets.All(folder.Path).Where(target => args.Length < 3 || target.Name == args[2]))
{
    var campaign = new Campaign(target, seed);
    campaign.Run((long)(inputs * target.Share), found =>
    {
        failures++;
        Console.WriteLine(found);
    });
    Console.WriteLine(campaign);
}

return failures == 0 ? 0 : 1;
