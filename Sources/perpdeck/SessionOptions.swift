import ArgumentParser
import Terminal

/// What every command with a dashboard takes.
struct SessionOptions: ParsableArguments {
  @Option(help: "The folder for journal, log and lock.")
  var data = "data"

  @Option(help: "The folder of the YAML files; what is not there has its default.")
  var config = "config"

  @Option(help: "The account of the settings to trade.")
  var account: String?

  @Option(help: "Colors: truecolor, 256, 16 or mono; by default what the terminal can.")
  var color: ColorLevel?

  @Flag(help: "Draw with ASCII only.")
  var ascii = false
}

extension ColorLevel: ExpressibleByArgument {}
