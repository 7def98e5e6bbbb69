using System.CommandLine;
using NGrammys.Cli.Commands;
using NGrammys.Cli.Commands.Bench;
using NGrammys.Cli.Commands.Model;

var root = new RootCommand("NGrammys: chat with the model you trust, faster, with not one token changed.")
{
    ServeCommand.Create(),
    ChatCommand.Create(),
    GenerateCommand.Create(),
    AssessCommand.Create(),
    BenchCommand.Create(),
    ConfigCommand.Create(),
    DoctorCommand.Create(),
    KeyCommand.Create(),
    ModelCommand.Create(),
    ProfileCommand.Create(),
};
// Signals are the verbs' own: a server drains, a chat says how to go on.
return await root.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
