using System.CommandLine;
using NGrammys.Cli.Hub;

namespace NGrammys.Cli.Commands.Model;

/// <summary><c>ngrammys model pull</c>: fetches a model from the Hugging Face hub.</summary>
internal static class PullCommand
{
    public static Command Create()
    {
        var data = new DataFolder();
        var name = new Argument<string>("name") { Description = "model on the hub", HelpName = "OWNER/NAME" };
        var revision = new Option<string>("--revision") { Description = "branch, tag or commit", DefaultValueFactory = _ => "main", HelpName = "R" };
        var command = new Command("pull", "Fetch a model from the Hugging Face hub (HF_ENDPOINT, HF_TOKEN) into the data folder.") { name, revision };
        data.AddTo(command);
        command.SetAction(arguments => ExitCodes.RunAsync(async cancellationToken =>
            Console.WriteLine(await HubModels.PullAsync(
                RepositoryName.Parse(arguments.GetValue(name)!), arguments.GetValue(revision)!, data.Read(arguments), cancellationToken))));
        return command;
    }
}
