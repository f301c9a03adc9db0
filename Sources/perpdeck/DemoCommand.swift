import ArgumentParser
import BloFin
import CandleCache
import EventLoop
import Glibc
import Runtime
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
      The key is read from BLOFIN_DEMO_API_KEY, BLOFIN_DEMO_API_SECRET and \
      BLOFIN_DEMO_API_PASSPHRASE, in the environment or in a file .env with mode 0600.

      EXAMPLES
        perpdeck demo
        perpdeck demo --server http://127.0.0.1:8700  against serve-exchange
      """)

  @Option(help: "A simulated exchange on this machine instead of BloFin's demo hosts.")
  var server: String?

  @OptionGroup var session: SessionOptions

  func run() throws {
    let launch = try session.launch(.demo)
    try MainActor.assumeIsolated {
      try ExchangeSession.run(launch, server: server, isAdopted: false, session)
    }
  }
}

/// Trades with real money.
struct LiveCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "live",
    abstract: "Trade with real money; needs a key and a typed phrase.",
    discussion: """
      The key is read from BLOFIN_API_KEY, BLOFIN_API_SECRET and BLOFIN_API_PASSPHRASE. The phrase \
      is asked for at the terminal and cannot be given as an argument.

      A journal that is new, or was deleted, knows neither a halt nor what the day has lost. Where \
      the account has positions, or orders of perpdeck of today, live does not start with one \
      without --adopt.

      EXAMPLES
        perpdeck live
        perpdeck live --adopt  go on with an account unknown to the journal
      """)

  @Flag(help: "Go on with an account of whose positions and orders the journal knows nothing.")
  var adopt = false

  @OptionGroup var session: SessionOptions

  /// What must be typed, letter for letter.
  private static let phrase = "trade with real money"

  func run() throws {
    // The key comes first: without one there is nothing to confirm.
    let launch = try session.launch(.live)
    guard isatty(STDIN_FILENO) == 1 else {
      throw ProgramFailure(
        "live: the phrase must be typed at a terminal; standard input is none. Nothing was sent.")
    }
    print("LIVE: orders will be sent to BloFin with real money.")
    print("Type '\(Self.phrase)' to go on, anything else to stop: ", terminator: "")
    guard readLine(strippingNewline: true) == Self.phrase else {
      throw ProgramFailure("live: the phrase was not typed; nothing was sent.")
    }
    try MainActor.assumeIsolated {
      try ExchangeSession.run(launch, server: nil, isAdopted: adopt, session)
    }
  }
}

/// A session at an exchange that is reached over the network.
enum ExchangeSession {
  /// Opens the session and serves it until the user quits.
  @MainActor static func run(
    _ launch: Launch, server: String?, isAdopted: Bool, _ options: SessionOptions
  ) throws {
    let loop = DispatchLoop()
    let plan = SessionPlan(launch, startedAt: loop.now)
    let environment = launch.environment
    guard let found = launch.credentials, let side = BloFinHosts.Environment(environment) else {
      preconditionFailure("an environment that is reached over the network has credentials")
    }
    let seed = UInt64(bitPattern: plan.startedAt.milliseconds)
    let lock = try KeyLock.of(found.key, launch, server: server, unless: nil)
    let exchange = try exchange(side, found, server: server, loop: loop, seed: seed)
    let past = PastOfExchange(
      exchange, side.candles, launch.places, server: server, loop: loop)
    let session = try TradingSession(
      plan, loop: loop, time: loop, exchange: past.exchange, listed: nil, seed: seed,
      isFresh: false, isPlain: options.needsNoTerminal)
    past.tell(to: session)
    session.keys = keys(
      of: session, lock, exchange, side, launch, server: server, isAdopted: isAdopted,
      loop: loop)
    // The loop does not run yet, so nothing of the account was asked.
    exchange.resume(
      after: BloFinExchange.KnownBefore(
        newestFill: session.found.newestFill, fundingsFrom: session.found.fundingsFrom,
        fundings: session.found.fundings))
    exchange.doorkeeper = { [weak session] number, answer in session?.admit(number, answer) }
    tellOfKeySoon(session, exchange, environment, loop: loop)
    try session.run(options, marketSource: server ?? "BloFin \(environment.rawValue)")
  }

  /// The exchange with the keys that were found, before anything is asked of it.
  @MainActor private static func exchange(
    _ side: BloFinHosts.Environment, _ found: Credentials, server: String?, loop: DispatchLoop,
    seed: UInt64
  ) throws(ProgramFailure) -> BloFinExchange {
    do throws(BloFinProblem) {
      let hosts =
        if let server { try BloFinHosts(side, loopback: server) } else { BloFinHosts(side) }
      return try BloFinExchange(
        network: CurlMulti(loop: loop), loop: loop, hosts: hosts,
        credentials: try BloFinCredentials(
          environment: side, key: found.key, secret: found.secret, passphrase: found.passphrase),
        seed: seed)
    } catch {
      throw ProgramFailure("\(side.rawValue): \(error)")
    }
  }

  /// What is done with other keys of the account while the session runs.
  @MainActor private static func keys(
    of session: TradingSession, _ lock: KeyLock, _ exchange: BloFinExchange,
    _ side: BloFinHosts.Environment, _ launch: Launch, server: String?, isAdopted: Bool,
    loop: DispatchLoop
  ) -> SessionKeys {
    SessionKeys(
      lock: lock, isAdopted: isAdopted,
      lockAccount: { (number, held) throws(InstanceLockProblem) in
        try KeyLock.ofAccount(number, launch, server: server, unless: held)
      },
      ask: { found, done in
        ask(found, launch, server: server, loop: loop) { done($0) }
      },
      traces: { since, done in exchange.readTraces(since: since, done) },
      replace: { [weak session] (found) throws(ProgramFailure) in
        let lock = try KeyLock.of(found.key, launch, server: server, unless: session?.keys?.lock)
        do throws(BloFinProblem) {
          try exchange.replaceKey(
            BloFinCredentials(
              environment: side, key: found.key, secret: found.secret,
              passphrase: found.passphrase))
        } catch {
          throw ProgramFailure("\(error)")
        }
        session?.keys?.lock = lock
      })
  }

  /// Tells what is wrong with the key, a moment after the start, which has more urgent questions
  /// (S32).
  @MainActor private static func tellOfKeySoon(
    _ session: TradingSession, _ exchange: BloFinExchange, _ environment: TradingEnvironment,
    loop: DispatchLoop
  ) {
    loop.schedule(after: 3_000) { [weak session] in
      exchange.readKey { result in
        switch result {
        case .success(let facts):
          // With play money only what stops orders matters.
          guard
            let concern = KeyConcern(facts, at: Timestamp(milliseconds: loop.now.milliseconds)),
            environment == .live || concern.stopsOrders
          else { return }
          session?.say("the key: \(concern.reason); \(concern.next)", .warning)
        case .failure(let failure):
          guard environment == .live else { return }
          session?.say(
            "the key's rights are not known (\(failure)); perpdeck doctor asks again", .warning)
        }
      }
    }
  }

  /// Asks the exchange for the number of the account behind a key, beside what is going on.
  @MainActor private static func ask(
    _ found: Credentials, _ launch: Launch, server: String?, loop: DispatchLoop,
    _ done: @escaping @MainActor (Result<String?, ProgramFailure>) -> Void
  ) {
    let asker: BloFinAccount
    do {
      asker = try ExchangeAccount.asker(
        found, launch.environment, server: server, loop: loop)
    } catch {
      return done(.failure(error))
    }
    asker.readNumber { result in
      // The asker lives until it is answered.
      withExtendedLifetime(asker) {
        done(
          result.mapError {
            ProgramFailure("whose it is was not found out (\($0)). Try again: perpdeck reload.")
          })
      }
    }
  }
}
