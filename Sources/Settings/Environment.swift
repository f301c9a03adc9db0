import Trading

/// Where orders go. A property of the credential; everything that must differ between environments
/// derives from it, here and in ``AccountPlaces``.
public enum TradingEnvironment: String, Sendable, Hashable, CaseIterable {
  /// To the simulated exchange; needs no key.
  case paper
  /// To the exchange's demo hosts.
  case demo
  /// To the exchange, with real money.
  case live

  /// The word on the screen.
  public var screenWord: String { rawValue.uppercased() }

  /// The letter with which run names and client order ids begin.
  public var orderPrefix: Character {
    switch self {
    case .paper: "p"
    case .demo: "d"
    case .live: "l"
    }
  }

  /// Whether orders leave for an exchange and a key is needed.
  public var needsCredentials: Bool {
    switch self {
    case .paper: false
    case .demo, .live: true
    }
  }
}

/// The names of the variables that hold an account's credentials.
public struct CredentialNames: Sendable, Hashable {
  /// The API key.
  public let key: String
  /// Its secret.
  public let secret: String
  /// Its passphrase.
  public let passphrase: String

  /// Names the variables of an account: `BLOFIN_API_KEY` for the account `main` in live,
  /// `BLOFIN_DEMO_API_KEY` in demo, `BLOFIN_DEMO_SECOND_API_KEY` for the account `second`.
  ///
  /// Paper has no credentials and no names.
  public init?(exchange: ExchangeID, environment: TradingEnvironment, account: String) {
    let environmentPart: String
    switch environment {
    case .paper: return nil
    case .demo: environmentPart = "DEMO_"
    case .live: environmentPart = ""
    }
    let accountPart = account == AccountSettings.mainName ? "" : Self.upper(account) + "_"
    let start = Self.upper(exchange.text) + "_" + environmentPart + accountPart
    key = start + "API_KEY"
    secret = start + "API_SECRET"
    passphrase = start + "API_PASSPHRASE"
  }

  /// All three.
  public var all: [String] { [key, secret, passphrase] }

  private static func upper(_ text: String) -> String {
    String(text.uppercased().map { $0 == "-" ? "_" : $0 })
  }
}

extension CredentialNames {
  /// Returns a complaint for every variable that looks like a key and that no account has: a
  /// mistyped name is found at start and not when the key is missing.
  static func complaints(
    about variables: Variables, accounts: [AccountSettings]
  ) -> [SettingsProblem] {
    let known = accounts.flatMap { account in
      TradingEnvironment.allCases.flatMap { environment in
        CredentialNames(
          exchange: account.exchange, environment: environment, account: account.name)?.all ?? []
      }
    }
    return variables.names.filter { name in
      !known.contains(name) && !name.hasPrefix("PERPDECK_")
        && Variables.ourBeginnings.contains(where: name.hasPrefix)
    }.map { name in
      SettingsProblem(
        variables.place(name) ?? .variable(name),
        .unknownKey(name, nearest: nearestName(to: name, among: known), known: known))
    }
  }
}

/// Whose prices a paper account trades at. Each market has journals of its own: what was won in one
/// says nothing of the others.
public enum PaperMarket: String, Sendable, Hashable, CaseIterable {
  /// The built-in market.
  case builtIn = "paper"
  /// The exchange's own, by its public streams.
  case live = "paper-live"
  /// A recording, whose times are not the present's.
  case recording
}

/// Where the files of one account in one environment are.
public struct AccountPlaces: Sendable, Hashable {
  /// The longest path that a Unix socket takes, in bytes.
  public static let socketPathLimit = 107

  /// The private folder of the account: `<data>/<environment>/<account>`, on paper
  /// `<data>/<market>/<account>` with the word of ``PaperMarket``.
  public let folder: String
  /// The data folder, in which all accounts share the past candles of a market.
  public let data: String

  /// Derives the places from the data folder, the environment and the account's name.
  public init(
    data: String, environment: TradingEnvironment, account: String,
    market: PaperMarket = .builtIn
  ) {
    let word = environment == .paper ? market.rawValue : environment.rawValue
    folder = "\(data)/\(word)/\(account)"
    self.data = data
  }

  /// The path of the journal.
  public var journal: String { folder + "/journal.sqlite" }

  /// The path of the program's own log.
  public var log: String { folder + "/perpdeck.log" }

  /// The lock that lets one instance trade the account.
  public var lock: String { folder + "/instance.lock" }

  /// The socket for commands from a second terminal.
  public var socket: String { folder + "/control.sock" }

  /// The sentence that is wrong with the places, nil when they can be used.
  public var problem: String? {
    let length = socket.utf8.count
    guard length > Self.socketPathLimit else { return nil }
    return """
      the path of the control socket has \(length) bytes and the system takes \
      \(Self.socketPathLimit): choose a shorter data folder than the one of \(socket)
      """
  }
}
