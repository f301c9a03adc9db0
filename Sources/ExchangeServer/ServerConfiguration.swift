import Trading
import Units

/// Everything that a served exchange is told at its start.
public struct ServerConfiguration: Sendable {
  /// The port on 127.0.0.1; 0 takes any free one.
  public var port: Int
  /// What the built-in market and every other random choice begin with.
  public var seed: UInt64
  /// Where prices come from.
  public var market: MarketChoice
  /// Who may log in.
  public var accounts: [ServedAccount]
  /// How market time moves.
  public var pace: Pace
  /// How hard the server is on its clients.
  public var strictness: Strictness
  /// Whether `POST /__sim/...` injects faults. Off unless asked for.
  public var hasFaultDoor: Bool
  /// Faults that come by themselves; nil: none.
  public var faultScript: FaultScript?
  /// The file to which the run is recorded, see ``RunReplay``; nil: none.
  public var recordPath: String?

  /// States a configuration; the defaults serve the built-in market to one test account.
  public init(
    port: Int = 0, seed: UInt64 = 1, market: MarketChoice = .builtIn,
    accounts: [ServedAccount] = [.test()], pace: Pace = .wallClock(speed: 1),
    strictness: Strictness = .exchange, hasFaultDoor: Bool = false,
    faultScript: FaultScript? = nil, recordPath: String? = nil
  ) {
    self.port = port
    self.seed = seed
    self.market = market
    self.accounts = accounts
    self.pace = pace
    self.strictness = strictness
    self.hasFaultDoor = hasFaultDoor
    self.faultScript = faultScript
    self.recordPath = recordPath
  }
}

extension ServerConfiguration {
  /// Where prices come from.
  public enum MarketChoice: Sendable, Hashable {
    /// The seeded market of the simulation, ten instruments.
    case builtIn
    /// A candle file (`timestamp_ms,open,high,low,close,volume`, plain or gzip) for one instrument.
    case candles(path: String, InstrumentID)
  }

  /// How market time moves.
  public enum Pace: Sendable, Hashable {
    /// With the wall clock, so many times as fast. Signatures are checked against the wall clock.
    case wallClock(speed: Int)
    /// Only when it is told to, from this moment, as where a run is replayed. Signatures are
    /// checked against the same clock; nothing in the server then depends on real time.
    case manual(start: Timestamp)
  }
}

/// An account that can be reached over the wire, with the key that opens it.
///
/// The secret is no secret: it opens nothing but this simulated exchange.
public struct ServedAccount: Sendable, Hashable {
  /// What the key may do.
  public struct Permissions: OptionSet, Sendable, Hashable {
    public let rawValue: Int

    /// Wraps a bit set.
    public init(rawValue: Int) { self.rawValue = rawValue }

    /// Reading the account.
    public static let read = Permissions(rawValue: 1)
    /// Placing and canceling orders.
    public static let trade = Permissions(rawValue: 2)
    /// Moving money between the user's accounts.
    public static let transfer = Permissions(rawValue: 4)
  }

  /// What the exchange says to a broker id in an order.
  ///
  /// Source: BloFin reference, brokerId (152011, 152012, 152013).
  public enum BrokerRule: Sendable, Hashable {
    /// Any id or none is taken.
    case anything
    /// A "Transaction" key: none may be sent.
    case none
    /// A "third-party" key: exactly this one must be sent.
    case required(String)
  }

  /// The user id; rate limits count per user.
  public var userID: String
  /// The API key.
  public var apiKey: String
  /// The secret that requests are signed with.
  public var secret: String
  /// The passphrase that the user chose.
  public var passphrase: String
  /// The cash at the start in USDT.
  public var startingBalance: Money
  /// What the key may do.
  public var permissions: Permissions
  /// What it says to broker ids.
  public var broker: BrokerRule
  /// The addresses that may use the key; empty: any.
  public var boundAddresses: [String]
  /// When the key ends, nil: never.
  public var expiresAt: Timestamp?

  /// States an account.
  public init(
    userID: String, apiKey: String, secret: String, passphrase: String, startingBalance: Money,
    permissions: Permissions = [.read, .trade, .transfer], broker: BrokerRule = .anything,
    boundAddresses: [String] = [], expiresAt: Timestamp? = nil
  ) {
    self.userID = userID
    self.apiKey = apiKey
    self.secret = secret
    self.passphrase = passphrase
    self.startingBalance = startingBalance
    self.permissions = permissions
    self.broker = broker
    self.boundAddresses = boundAddresses
    self.expiresAt = expiresAt
  }

  /// Returns the account that a server offers when none is named; its key is meant to be printed.
  public static func test(startingBalance: Money = 10_000) -> ServedAccount {
    ServedAccount(
      userID: "100001", apiKey: "5ad1e0f2c4b84f0e9d3a7c6b5e4f3021",
      secret: "8c1d6f0a4b7e4d2c9f3a5e6b7d8c9a01", passphrase: "perpdeck",
      startingBalance: startingBalance)
  }

  /// Returns so many accounts with keys that are meant to be printed; the first is ``test``'s, and
  /// the others are the same on every run.
  public static func tests(_ count: Int, startingBalance: Money = 10_000) -> [ServedAccount] {
    (0..<count).map { place in
      var account = test(startingBalance: startingBalance)
      guard place > 0 else { return account }
      var random = SeededRandom(seed: UInt64(place))
      account.userID = String(100_001 + place)
      account.apiKey = hexadecimal(&random)
      account.secret = hexadecimal(&random)
      return account
    }
  }

  /// Returns thirty-two digits, as the exchange's keys have.
  private static func hexadecimal(_ random: inout SeededRandom) -> String {
    String((0..<32).map { _ in Array("0123456789abcdef")[random.below(16)] })
  }
}

/// How hard the server is on its clients. Every number can be set; ``exchange`` has BloFin's.
///
/// Source: BloFin reference, errors and limits, and WebSocket connection.
public struct Strictness: Sendable, Hashable {
  /// Whether a nonce used again within 60 s is refused (152407).
  public var refusesNonceReuse: Bool
  /// Trading calls per user in 10 s; nil: no limit.
  public var tradingRequestsPerTenSeconds: Int?
  /// Calls per address in one minute, then suspended for 5 minutes; nil: no limit.
  public var requestsPerMinute: Int?
  /// Calls per address in five minutes, then suspended for an hour; nil: no limit.
  public var requestsPerFiveMinutes: Int?
  /// The least time between two new WebSocket connections of an address; nil: no limit.
  public var connectionSpacing: TimeSpan?
  /// How long after its end an order or a fill appears in the histories.
  public var historyLag: TimeSpan
  /// When a stream that is neither used nor fed is closed; nil: never.
  public var idleClose: TimeSpan?
  /// How many streams may be open at once.
  public var streamLimit: Int
  /// How many answers in a hundred to an order come after the first push about it.
  public var pushBeforeAnswerPercent: Int

  /// States the limits.
  public init(
    refusesNonceReuse: Bool, tradingRequestsPerTenSeconds: Int?, requestsPerMinute: Int?,
    requestsPerFiveMinutes: Int?, connectionSpacing: TimeSpan?, historyLag: TimeSpan,
    idleClose: TimeSpan?, streamLimit: Int, pushBeforeAnswerPercent: Int
  ) {
    self.refusesNonceReuse = refusesNonceReuse
    self.tradingRequestsPerTenSeconds = tradingRequestsPerTenSeconds
    self.requestsPerMinute = requestsPerMinute
    self.requestsPerFiveMinutes = requestsPerFiveMinutes
    self.connectionSpacing = connectionSpacing
    self.historyLag = historyLag
    self.idleClose = idleClose
    self.streamLimit = streamLimit
    self.pushBeforeAnswerPercent = pushBeforeAnswerPercent
  }

  /// BloFin's own limits.
  public static let exchange = Strictness(
    refusesNonceReuse: true, tradingRequestsPerTenSeconds: 30, requestsPerMinute: 500,
    requestsPerFiveMinutes: 1_500, connectionSpacing: .seconds(1),
    historyLag: .milliseconds(1_500), idleClose: .seconds(30), streamLimit: 256,
    pushBeforeAnswerPercent: 25)

  /// No limits on pace, everything at once: for clients that measure something else.
  public static let lenient = Strictness(
    refusesNonceReuse: false, tradingRequestsPerTenSeconds: nil, requestsPerMinute: nil,
    requestsPerFiveMinutes: nil, connectionSpacing: nil, historyLag: .zero,
    idleClose: .seconds(30), streamLimit: 256, pushBeforeAnswerPercent: 0)
}
