import Settings
import Trading

/// Reads settings and secrets in the order of their strength.
enum SessionSettings {
  /// Names that begin like settings and are none.
  private static let otherNames: Set<String> = ["PERPDECK_SHARED"]

  /// Reads the variables of the process over those of `.env`.
  static func variables(_ environment: TradingEnvironment) throws -> Variables {
    do throws(SettingsProblems) {
      var variables = try SecretsFile(path: ".env", environment: environment).variables
      variables.overlay(Variables.takeFromProcess())
      return variables
    } catch {
      throw ProgramFailure(error.description)
    }
  }

  /// Reads the files of the folder with what the variables override.
  static func load(folder: String, _ variables: Variables) throws -> BotSettings {
    do throws(SettingsProblems) {
      return try SettingsLoader(
        folder: folder, overrides: variables.overrides(otherNames: otherNames)
      ).load()
    } catch {
      throw ProgramFailure(error.description)
    }
  }
}
