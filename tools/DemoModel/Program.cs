using System.CommandLine;
using NGrammys.DemoModel.Corpus;
using NGrammys.DemoModel.Evaluation;
using NGrammys.DemoModel.Questions;
using NGrammys.DemoModel.Tokenization;
using NGrammys.DemoModel.Training;
using NGrammys.Inference.Abstractions;

const int VocabularySize = 4096;

var model = new Option<string>("--model")
{
    Description = "The model folder",
    DefaultValueFactory = _ => Path.Combine("models", "demo"),
};
var work = new Option<string>("--work")
{
    Description = "Where checkpoints lie; a training that finds one goes on from it",
    DefaultValueFactory = _ => Path.Combine("artifacts", "demo"),
};
var minutes = new Option<double>("--minutes")
{
    Description = "Length of the training, interruptions not counted",
    DefaultValueFactory = _ => 60,
};

var train = new Command("train", "Builds corpus and vocabulary, trains the model and writes its folder") { model, work, minutes };
train.SetAction(arguments =>
    Train(arguments.GetRequiredValue(model), arguments.GetRequiredValue(work), TimeSpan.FromMinutes(arguments.GetRequiredValue(minutes))));

var evaluate = new Command("evaluate", "Asks the model the fixed questions of its model card") { model };
evaluate.SetAction(arguments =>
    Assessment.Run(arguments.GetRequiredValue(model), MemberCatalog.Of(ApiDocumentation.OfRunningSdk()), Console.Out));

try
{
    return new RootCommand("Trains and measures the model that NGrammys bundles.") { train, evaluate }
        .Parse(args).Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
}
catch (NGrammysException error)
{
    Console.Error.WriteLine(error.Message);
    return 1;
}

static void Train(string model, string work, TimeSpan budget)
{
    var catalog = MemberCatalog.Of(ApiDocumentation.OfRunningSdk());
    var dialogues = new Dialogues(catalog);
    Directory.CreateDirectory(work);
    if (!File.Exists(Path.Combine(work, "tokenizer.json")))
    {
        ChatTokenizer.Train(TrainingText.Of(catalog, dialogues, new Random(1)), VocabularySize).Save(work);
    }
    var tokenizer = ChatTokenizer.Load(work);
    Console.WriteLine($"{catalog.Members.Count} members, {tokenizer.VocabularySize} tokens in the vocabulary");
    var weights = new Trainer(tokenizer, dialogues, work, TimeProvider.System).Train(budget, Console.Out);
    HuggingFaceFolder.Write(model, new(tokenizer.VocabularySize), weights, tokenizer);
    Console.WriteLine($"Written to {model}.");
}
