import ArgumentParser
import BloFin
import EventLoop
import Settings
import Trading
import Transport
import Units

/// Trades in the exchange's demo environment.
struct DemoCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "demo",
    abstract: "Trade in the exchange's demo environment; needs a demo key.",
    discussion: """
      The key is read from BLOFIN_DEMO_API_KEY, BLOFIN_DEMO_API_SECRET and
      BLOFIN_DEMO_API_PASSPHRASE, in the environment or in a file .env with mode 0600.

      EXAMPLES
        perpdeck demo
        perpdeck demo --server http://127.0.0.1:8700     against perpdeck serve-exchange
      """)

  @Option(help: "A simulated exchange on this machine instead of BloFin's demo hosts.")
  var server: String?

  @OptionGroup var session: SessionOptions

  func run() throws {
    try MainActor.assumeIsolated { try ExchangeSession.run(.demo, server: server, session) }
  }
}

/// Trades with real money.
struct LiveCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "live",
    abstract: "Trade with real money; needs a key and a typed phrase.",
    discussion: """
      The key is read from BLOFIN_API_KEY, BLOFIN_API_SECRET and BLOFIN_API_PASSPHRASE. The phrase
      is asked for at the terminal and cannot be given as an argument.
      """)

  @OptionGroup var session: SessionOptions

  /// What must be typed, letter for letter.
  private static let phrase = "trade with real money"

  func run() throws {
    // The key comes first: without one there is nothing to confirm.
    try ExchangeSession.checkCredentials(.live, session)
    print("LIVE: orders will be sent to BloFin with real money.")
    print("Type '\(Self.phrase)' to go on, anything else to stop: ", terminator: "")
    guard readLine(strippingNewline: true) == Self.phrase else {
      throw ProgramFailure("live: the phrase was not typed; nothing was sent.")
    }
    try MainActor.assumeIsolated { try ExchangeSession.run(.live, server: nil, session) }
  }
}

/// A session at an exchange that is reached over the network.
enum ExchangeSession {
  /// Refuses unless the key of the environment is there and usable.
  static func checkCredentials(_ environment: TradingEnvironment, _ options: SessionOptions) throws
  {
    let variables = try SessionSettings.variables(environment)
    let settings = try SessionSettings.load(folder: options.config, variables)
    let name = options.account ?? settings.accounts.selected
    _ = try credentials(environment, exchange: ExchangeID("blofin"), name, variables)
  }

  /// Opens the session and serves it until the user quits.
  @MainActor static func run(
    _ environment: TradingEnvironment, server: String?, _ options: SessionOptions
  ) throws {
    let loop = DispatchLoop()
    let now = Timestamp(milliseconds: loop.now.milliseconds)
    let variables = try SessionSettings.variables(environment)
    let settings = try SessionSettings.load(folder: options.config, variables)
    let plan = try SessionPlan(environment, options: options, settings: settings, at: now)
    let side: BloFinHosts.Environment = environment == .live ? .live : .demo
    let seed = UInt64(bitPattern: now.milliseconds)
    let found = try credentials(
      environment, exchange: plan.account.exchange, plan.account.name, variables)
    let exchange: BloFinExchange
    do throws(BloFinProblem) {
      let hosts =
        if let server { try BloFinHosts(side, loopback: server) } else { BloFinHosts(side) }
      exchange = try BloFinExchange(
        network: CurlMulti(loop: loop), loop: loop, hosts: hosts,
        credentials: try BloFinCredentials(
          environment: side, key: found.key, secret: found.secret, passphrase: found.passphrase),
        seed: seed)
    } catch {
      throw ProgramFailure("\(environment.rawValue): \(error)")
    }
    let session = try TradingSession(
      plan, loop: loop, exchange: exchange, others: [], seed: seed, isFresh: false)
    try session.run(options, marketSource: server ?? "BloFin \(environment.rawValue)")
  }

  private static func credentials(
    _ environment: TradingEnvironment, exchange: ExchangeID, _ account: String,
    _ variables: Variables
  ) throws -> Credentials {
    let found: Credentials?
    do throws(SettingsProblems) {
      found = try Credentials.find(
        exchange: exchange, environment: environment, account: account, in: variables)
    } catch {
      throw ProgramFailure(error.description)
    }
    guard let found else {
      preconditionFailure("an environment that is reached over the network has credentials")
    }
    return found
  }
}
