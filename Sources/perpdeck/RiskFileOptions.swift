import ArgumentParser
import Settings

/// Where a command reads the limits that it asks the gate with.
struct RiskFileOptions: ParsableArguments {
  @Option(help: "The folder of the YAML files; config or ~/.config/perpdeck.")
  var config: String?

  @Option(help: "One setting over those of the files, such as risk.riskPerTrade=0.5%.")
  var set: [String] = []

  /// Reads the settings, or throws every mistake of them; no account is opened for it.
  func launch() throws -> Launch {
    do throws(SettingsProblems) {
      return try Launch(
        LaunchRequest(
          environment: .paper, configFolder: config, settings: set, market: .recording),
        process: Variables.takeFromProcess())
    } catch {
      throw ProgramFailure(error.description)
    }
  }
}
