using System.Globalization;
using System.Text.Json;
using NGrammys.Exactness.Benchmarks;

// Arguments: cases RESULT.json [cases 100000] [first seed 1]
//            families RESULT.json FIXTURES_FOLDER [cases of each family 500]
//            trace RESULT.json MODEL_FOLDER TRACES.jsonl [every n-th conversation 1]
//            soak RESULT.json [requests 10000]
//            torch RESULT.json MODEL_FOLDER TRACES.jsonl [replies 32] [tokens of each 64]
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
object result = args[0] switch
{
    "cases" => await GeneratedCases.RunAsync(Number(2, 100_000), Number(3, 1)),
    "families" => await FamilyTable.RunAsync(args[2], Number(3, 500)),
    "trace" => await RecordedTrace.RunAsync(args[2], RecordedTurn.Read(args[3], Number(4, 1))),
    "torch" => await TorchAgreement.RunAsync(args[2], RecordedTurn.Read(args[3], 1), Number(4, 32), Number(5, 64)),
    "soak" => new { Results = new[] { await LongRun.RunAsync("cpu", Number(2, 10_000)), await LongRun.RunAsync("torch-cpu", Number(2, 10_000)) }, Machine.Description },
    _ => throw new ArgumentException($"'{args[0]}' is none of cases, families, trace, torch and soak"),
};
var json = JsonSerializer.Serialize(result, new JsonSerializerOptions { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower });
File.WriteAllText(args[1], json + "\n");
Console.WriteLine(json);

int Number(int index, int otherwise) => args.Length > index ? int.Parse(args[index], CultureInfo.InvariantCulture) : otherwise;
