import Simulation
import Trading
import Units

/// The first line of a record: what the exchange began with.
struct RunHead {
  let seed: UInt64
  let market: ServerConfiguration.MarketChoice
  /// The market's time at the beginning.
  let start: Timestamp
  /// The keys and the cash of the accounts.
  let accounts: [(key: String, balance: Money)]
  /// The state's hash at the beginning.
  let stateHash: UInt64

  private static let version = "1"

  /// States what an exchange has begun with.
  init(_ configuration: ServerConfiguration, start: Timestamp, stateHash: UInt64) {
    seed = configuration.seed
    market = configuration.market
    self.start = start
    accounts = configuration.accounts.map { ($0.apiKey, $0.startingBalance) }
    self.stateHash = stateHash
  }

  /// Reads the line; throws what is wrong with it.
  init(_ bytes: [UInt8]) throws(APIProblem) {
    let parameters = try Parameters(line: bytes)
    guard try parameters.text("perpdeckRun") == Self.version else { throw .wrong("perpdeckRun") }
    guard let seed = UInt64(try parameters.required("seed")),
      let start = try parameters.whole("start"),
      let hash = UInt64(try parameters.required("state"), radix: 16)
    else { throw .malformedBody }
    self.seed = seed
    self.start = Timestamp(milliseconds: start)
    stateHash = hash
    if let path = try parameters.text("candles") {
      market = .candles(path: path, try parameters.requiredInstrument())
    } else {
      market = .builtIn
    }
    var accounts: [(key: String, balance: Money)] = []
    guard let elements = try parameters.elements("accounts") else { throw .missing("accounts") }
    for element in elements {
      guard case .object(let members) = element else { throw .wrong("accounts") }
      let row = Parameters(members)
      guard let balance: Money = try row.number("balance") else { throw .missing("balance") }
      accounts.append((try row.required("key"), balance))
    }
    self.accounts = accounts
  }

  /// The line as JSON, without its end.
  var encoded: [UInt8] {
    var writer = RowWriter()
    writer.object { writer in
      writer.member("perpdeckRun", Self.version)
      writer.member("seed", String(seed))
      if case .candles(let path, let instrument) = market {
        writer.member("candles", path)
        writer.member("instId", instrument.text)
      }
      writer.name("start")
      writer.number(Int(start.milliseconds))
      writer.name("accounts")
      writer.array(of: accounts) { writer, account in
        writer.object { writer in
          writer.member("key", account.key)
          writer.member("balance", account.balance.description)
        }
      }
      writer.member("state", String(stateHash, radix: 16))
    }
    return writer.bytes
  }

  /// What an exchange must be told to begin in the same way.
  var configuration: ServerConfiguration {
    var served = ServedAccount.tests(accounts.count)
    for place in served.indices {
      served[place].apiKey = accounts[place].key
      served[place].startingBalance = accounts[place].balance
    }
    return ServerConfiguration(
      seed: seed, market: market, accounts: served, pace: .manual(start: start),
      strictness: .lenient)
  }
}
