import Trading

/// What must end a position that goes wrong.
public enum StopPolicy: String, Sendable, Hashable, CaseIterable {
  /// An opening order without a protective stop is denied.
  case stopRequired = "stop-required"
  /// The collateral may be the stop: isolated margin only, and shown at every such position.
  case liquidationIsStop = "liquidation-is-stop"
}

/// One account of `accounts.yaml`. Its keys are not here but in `.env` or the environment.
public struct AccountSettings: Sendable, Hashable {
  /// The name of the account whose variables have no name in them: `BLOFIN_API_KEY`.
  public static let mainName = "main"

  /// The name: part of paths, of the names of variables, of what is on the screen.
  public var name: String
  /// Where the account is held.
  public var exchange: ExchangeID
  /// What must end a position that goes wrong.
  public var stopPolicy: StopPolicy

  /// States an account.
  public init(
    name: String = mainName, exchange: ExchangeID = ExchangeID("blofin"),
    stopPolicy: StopPolicy = .stopRequired
  ) {
    self.name = name
    self.exchange = exchange
    self.stopPolicy = stopPolicy
  }
}

extension AccountSettings {
  /// What is expected in the place of a text that cannot be the name of an account, as the end of a
  /// sentence; nil where it can.
  public static func expectedName(insteadOf text: String) -> String? {
    let kind = SettingKind<String>.accountName
    do throws(SettingTextProblem) {
      _ = try kind.read(text)
      return nil
    } catch {
      return kind.expected
    }
  }
}

/// The exchanges that there is an adapter for.
enum KnownExchange: String, CaseIterable {
  case blofin
}

/// Everything in `accounts.yaml`.
public struct AccountsSettings: Sendable, Hashable {
  /// The account that is used when the command line names none.
  public var selected = AccountSettings.mainName
  /// The accounts, never empty.
  public var list = [AccountSettings()]

  /// The settings as they are where no file says otherwise.
  public init() {}

  /// Returns an account by its name, nil when there is none.
  public func account(_ name: String) -> AccountSettings? { list.first { $0.name == name } }
}

extension AccountsSettings {
  /// The most accounts that fit.
  static let limit = 32

  mutating func read(_ map: SettingsMap) {
    map.value("selected", .accountName, &selected)
    var seen: Set<String> = []
    let read = map.groups("accounts", limit: Self.limit) { map, place -> AccountSettings? in
      guard let name = map.required("name", .accountName, within: place) else {
        // The other keys are read all the same, so that their mistakes are found as well.
        _ = Self.account(map, name: AccountSettings.mainName)
        return nil
      }
      if !seen.insert(name).inserted {
        map.conflict(at: "name", "a second account is named \(name)")
      }
      return Self.account(map, name: name)
    }
    if let read { list = read }
    // With a mistake in the list it is not known who is missing.
    if read != nil || map.isMissing("accounts") { checkSelection(map) }
  }

  private static func account(_ map: SettingsMap, name: String) -> AccountSettings {
    var account = AccountSettings(name: name)
    if let exchange = map.optional("exchange", SettingKind<KnownExchange>.word) {
      account.exchange = ExchangeID(exchange.rawValue)
    }
    map.value("stopPolicy", .word, &account.stopPolicy)
    return account
  }

  private func checkSelection(_ map: SettingsMap) {
    guard account(selected) == nil else { return }
    let names = list.map(\.name).joined(separator: ", ")
    map.conflict(at: "selected", "there is no account named \(selected); there is \(names)")
  }
}
