/// The files of `config/` as they are part of the program: commented, every value a default.
public enum DefaultFiles {
  /// The files by their names, in the order in which they are read.
  public static let all: [(name: String, bytes: [UInt8])] = [
    ("accounts.yaml", PackageResources.accounts_yaml),
    ("risk.yaml", PackageResources.risk_yaml),
    ("pairs.yaml", PackageResources.pairs_yaml),
    ("display.yaml", PackageResources.display_yaml),
    ("alerts.yaml", PackageResources.alerts_yaml),
    ("log.yaml", PackageResources.log_yaml),
    ("keys.yaml", PackageResources.keys_yaml),
    ("templates.yaml", PackageResources.templates_yaml),
    ("strategies.yaml", PackageResources.strategies_yaml),
  ]

  /// The example of the file with the keys.
  public static let secretsExample: [UInt8] = PackageResources.env_example

  /// The files as trees.
  static var texts: [SettingsFile: SettingsText] {
    var texts: [SettingsFile: SettingsText] = [:]
    for file in SettingsFile.allCases {
      guard let found = all.first(where: { $0.name == file.name }) else { continue }
      do throws(SettingsProblem) {
        texts[file] = try SettingsText(file: file.name, bytes: found.bytes)
      } catch {
        preconditionFailure("the program's own files are sound: \(error)")
      }
    }
    return texts
  }
}
