/// Everything that the user can configure, checked, with a value for each setting.
///
/// Made once at start; each part of the program gets its own slice. The defaults stand in the
/// slices and nowhere else; `config/*.yaml` states them again for people, and a test compares both.
public struct BotSettings: Sendable, Hashable {
  /// The accounts that can be named with `--account`.
  public var accounts = AccountsSettings()
  /// The instruments to trade and watch, and their candles.
  public var pairs = PairsSettings()
  /// The limits that every order must keep.
  public var risk = RiskSettings()
  /// How the dashboard looks.
  public var display = DisplaySettings()
  /// The alerts and their channels.
  public var alerts = AlertSettings()
  /// The program's own log.
  public var log = LogSettings()
  /// Other keys of the dashboard.
  public var keys = KeysSettings()
  /// Orders by name.
  public var templates = TemplatesSettings()
  /// What trades by itself.
  public var strategies = StrategiesSettings()

  /// The settings as they are where no file says otherwise.
  public init() {}
}

/// The files that settings are read from, in the order of reading.
enum SettingsFile: String, CaseIterable {
  case accounts
  case risk
  case pairs
  case display
  case alerts
  case log
  case keys
  case templates
  case strategies

  /// The name in the folder.
  var name: String { rawValue + ".yaml" }
}
