import ArgumentParser
import Settings
import Terminal
import Trading

/// Where settings and keys are.
struct SettingsFiles: ParsableArguments {
  @Option(help: "The folder of the YAML files; config or ~/.config/perpdeck.")
  var config: String?

  @Option(help: "The file with the keys, mode 0600; .env or ~/.config/perpdeck/.env.")
  var envFile: String?
}

/// What says where settings are, and what holds over them.
struct SettingsPlace: ParsableArguments {
  @OptionGroup var files: SettingsFiles

  @Option(
    help: "One setting over those of the files, such as risk.leverageMaximum=5x; can be repeated.")
  var set: [String] = []
}

/// What every command with a dashboard takes.
struct SessionOptions: ParsableArguments {
  @Option(help: "The folder for journal, log and lock; data or ~/.local/share/perpdeck.")
  var data: String?

  @OptionGroup var place: SettingsPlace

  @Option(help: "The account of the settings to trade.")
  var account: String?

  @Option(help: "Colors: truecolor, 256, 16 or mono; by default what the terminal can.")
  var color: ColorLevel?

  @Flag(help: "Draw with ASCII only.")
  var ascii = false

  @Flag(help: "No screen: tell in lines and take commands as lines; for screen readers and pipes.")
  var plain = false

  @Flag(
    help: "No screen and no input: runs until a signal, for systemd; SIGHUP reads limits again.")
  var headless = false

  /// Whether neither keys nor frames need a terminal.
  var needsNoTerminal: Bool { plain || headless }

  /// Reads files, variables and command line, or throws every mistake of them.
  func launch(
    _ environment: TradingEnvironment, market: PaperMarket = .builtIn
  ) throws -> Launch {
    do throws(SettingsProblems) {
      return try Launch(
        LaunchRequest(
          environment: environment, account: account, configFolder: place.files.config,
          dataFolder: data, secretsFile: place.files.envFile, settings: place.set, market: market),
        process: Variables.takeFromProcess())
    } catch {
      throw ProgramFailure(error.description)
    }
  }
}

extension ColorLevel: ExpressibleByArgument {}
