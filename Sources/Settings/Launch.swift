import Glibc
import Secrets
import Trading

/// What the command line says about settings.
public struct LaunchRequest: Sendable, Hashable {
  /// Where orders go.
  public var environment: TradingEnvironment
  /// The account; nil for the selected one of `accounts.yaml`.
  public var account: String?
  /// The folder of the settings files; nil to look in the usual places.
  public var configFolder: String?
  /// The folder of journals and logs; nil to look in the usual places.
  public var dataFolder: String?
  /// The file with the keys; nil to look in the usual places.
  public var secretsFile: String?
  /// Single settings, such as `risk.leverageMaximum=5x`.
  public var settings: [String]
  /// Whose prices are traded at; of meaning on paper alone.
  public var market: PaperMarket

  /// States what was asked for.
  public init(
    environment: TradingEnvironment, account: String? = nil, configFolder: String? = nil,
    dataFolder: String? = nil, secretsFile: String? = nil, settings: [String] = [],
    market: PaperMarket = .builtIn
  ) {
    self.environment = environment
    self.account = account
    self.configFolder = configFolder
    self.dataFolder = dataFolder
    self.secretsFile = secretsFile
    self.settings = settings
    self.market = market
  }
}

extension LaunchRequest {
  /// Returns the data folder of a start that names none.
  public static func usualDataFolder(process: Variables) -> String {
    LaunchPlaces.dataFolder(named: nil, process: process)
  }
}

/// Everything that is configured for one start, checked: the one door to this module.
public struct Launch: Sendable {
  /// Where orders go.
  public let environment: TradingEnvironment
  /// The account that is traded, by its settings.
  public let account: AccountSettings
  /// Every setting, from files, environment and command line.
  public let settings: BotSettings
  /// The keys of the account; nil where none are needed.
  public let credentials: Credentials?
  /// Every secret that this start has seen, for taking them out of what is written.
  public let secrets: [Secret]
  /// The secrets of the alert channels.
  public let alertSecrets: AlertSecrets
  /// Where the account's files are.
  public let places: AccountPlaces
  /// The folder that the settings came from, nil when there was none.
  public let configFolder: String?
  /// What does not keep the program from starting and should be known all the same.
  public let warnings: [SettingsProblem]
  private let request: LaunchRequest
  private let process: Variables

  /// Reads files, variables and command line; finds every mistake of all of them.
  ///
  /// `process` are the variables of the process (``Variables/takeFromProcess()``), which are above
  /// those of `.env`; the command line is above both.
  public init(_ request: LaunchRequest, process: Variables) throws(SettingsProblems) {
    self.request = request
    self.process = process
    var problems: [SettingsProblem] = []
    var warnings: [SettingsProblem] = []
    let found = LaunchPlaces(request, process: process, &problems)
    var variables = Self.secrets(found.secretsFile, request.environment, &problems, &warnings)
    variables.overlay(process)
    secrets = variables.names.filter { !$0.hasPrefix("PERPDECK_") || AlertSecrets.isSecret($0) }
      .compactMap(variables.secret)
    let overrides =
      variables.overrides(otherNames: LaunchPlaces.names.union(AlertSecrets.names))
      + Self.overrides(request.settings, &problems)
    do throws(SettingsProblems) {
      settings = try SettingsLoader(folder: found.configFolder, overrides: overrides).load()
    } catch {
      throw SettingsProblems(problems + error.list)
    }
    let name = request.account ?? settings.accounts.selected
    if let account = settings.accounts.account(name) {
      self.account = account
    } else {
      let names = settings.accounts.list.map(\.name).joined(separator: ", ")
      problems.append(
        SettingsProblem(
          .option("--account \(name)"), .conflict("there is no such account; there is \(names)")))
      account = AccountSettings()
    }
    environment = request.environment
    configFolder = found.configFolder
    places = AccountPlaces(
      data: found.dataFolder, environment: environment, account: account.name,
      market: request.market)
    if let problem = places.problem {
      problems.append(SettingsProblem(.option("--data"), .conflict(problem)))
    }
    warnings += CredentialNames.complaints(about: variables, accounts: settings.accounts.list)
    credentials = Self.credentials(account, environment, variables, &problems)
    alertSecrets = AlertSecrets(variables)
    self.warnings = warnings
    guard problems.isEmpty else { throw SettingsProblems(problems + warnings) }
  }

  /// Reads everything again as it is now, for a running program; throws every mistake of it.
  public func again() throws(SettingsProblems) -> Launch {
    try Launch(request, process: process)
  }

  /// Returns every setting as it holds for a start, with where it comes from, or every mistake.
  public static func stated(
    _ request: LaunchRequest, process: Variables
  ) throws(SettingsProblems) -> [StatedSetting] {
    var problems: [SettingsProblem] = []
    var warnings: [SettingsProblem] = []
    let found = LaunchPlaces(request, process: process, &problems)
    var variables = secrets(found.secretsFile, request.environment, &problems, &warnings)
    variables.overlay(process)
    let loader = SettingsLoader(
      folder: found.configFolder,
      overrides: variables.overrides(
        otherNames: LaunchPlaces.names.union(AlertSecrets.names))
        + overrides(request.settings, &problems))
    do throws(SettingsProblems) {
      _ = try loader.load()
    } catch {
      problems += error.list
    }
    guard problems.isEmpty else { throw SettingsProblems(problems) }
    return loader.stated()
  }

  /// Returns every secret that a start could see, whatever account and environment it is of; for
  /// taking them out of texts.
  public static func secrets(_ request: LaunchRequest, process: Variables) -> [Secret] {
    var problems: [SettingsProblem] = []
    var warnings: [SettingsProblem] = []
    let found = LaunchPlaces(request, process: process, &problems)
    let file = secrets(found.secretsFile, .paper, &problems, &warnings)
    return [file, process].flatMap { variables in
      variables.names.filter { !$0.hasPrefix("PERPDECK_") || AlertSecrets.isSecret($0) }
        .compactMap(variables.secret)
    }
  }

  private static func credentials(
    _ account: AccountSettings, _ environment: TradingEnvironment, _ variables: Variables,
    _ problems: inout [SettingsProblem]
  ) -> Credentials? {
    do throws(SettingsProblems) {
      return try Credentials.find(
        exchange: account.exchange, environment: environment, account: account.name, in: variables)
    } catch {
      problems += error.list
      return nil
    }
  }

  /// Reads the file with the keys. Paper needs none, so there an unsafe file is only left unread.
  private static func secrets(
    _ path: String?, _ environment: TradingEnvironment, _ problems: inout [SettingsProblem],
    _ warnings: inout [SettingsProblem]
  ) -> Variables {
    guard let path else { return Variables() }
    do throws(SettingsProblems) {
      return try SecretsFile(path: path, environment: environment).variables
    } catch {
      if environment.needsCredentials { problems += error.list } else { warnings += error.list }
      return Variables()
    }
  }

  private static func overrides(
    _ texts: [String], _ problems: inout [SettingsProblem]
  ) -> [SettingOverride] {
    texts.compactMap { text in
      let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let place = SettingsProblem.Place.option("--set \(text)")
      guard parts.count == 2, !parts[0].isEmpty else {
        problems.append(
          SettingsProblem(
            place, .conflict("expected a setting and its value: risk.leverageMaximum=5x")))
        return nil
      }
      return SettingOverride(path: String(parts[0]), text: String(parts[1]), place: place)
    }
  }
}

/// Where a start looks for its files.
struct LaunchPlaces {
  /// The variables that name places and are no settings.
  static let names: Set<String> = [
    "PERPDECK_CONFIG", "PERPDECK_DATA", "PERPDECK_ENV_FILE",
    // Where the tests find recordings; set in the shells of people who build the program.
    "PERPDECK_SHARED",
  ]

  let configFolder: String?
  let dataFolder: String
  let secretsFile: String?

  /// Looks at the command line, then at the variables, then in the working folder, then at home.
  init(_ request: LaunchRequest, process: Variables, _ problems: inout [SettingsProblem]) {
    let named = request.configFolder ?? process.text("PERPDECK_CONFIG")
    let home = Self.home("XDG_CONFIG_HOME", ".config")
    if let named, !Self.exists(named) {
      let place: SettingsProblem.Place =
        request.configFolder == nil ? .variable("PERPDECK_CONFIG") : .option("--config")
      problems.append(SettingsProblem(place, .conflict("there is no folder \(named)")))
    }
    let config = named ?? ["config", home].compactMap { $0 }.first(where: Self.exists)
    configFolder = config
    dataFolder = Self.dataFolder(named: request.dataFolder, process: process)
    let file = request.secretsFile ?? process.text("PERPDECK_ENV_FILE")
    if let file, !Self.exists(file) {
      let place: SettingsProblem.Place =
        request.secretsFile == nil ? .variable("PERPDECK_ENV_FILE") : .option("--env-file")
      problems.append(SettingsProblem(place, .conflict("there is no file \(file)")))
    }
    secretsFile =
      file ?? [".env", home.map { $0 + "/.env" }].compactMap { $0 }.first(where: Self.exists)
  }

  static func dataFolder(named: String?, process: Variables) -> String {
    named ?? process.text("PERPDECK_DATA")
      ?? (exists("data") ? "data" : home("XDG_DATA_HOME", ".local/share") ?? "data")
  }

  private static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

  /// Returns the program's folder of a kind at home; nil without a home.
  private static func home(_ variable: String, _ usual: String) -> String? {
    if let folder = getenv(variable), folder.pointee == CChar(UInt8(ascii: "/")) {
      return String(cString: folder) + "/perpdeck"
    }
    guard let home = getenv("HOME"), home.pointee != 0 else { return nil }
    return String(cString: home) + "/" + usual + "/perpdeck"
  }
}
