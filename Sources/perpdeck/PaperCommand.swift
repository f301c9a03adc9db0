import ArgumentParser
import EventLoop
import Settings
import Simulation
import Trading
import Units

/// Trades on paper: the simulated exchange, the wall clock.
struct PaperCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "paper",
    abstract: "Trade on paper: simulated fills, no key, no network.",
    discussion: """
      Prices come from the built-in market. The account starts anew with every run; the journal
      keeps what was done.

      EXAMPLES
        perpdeck paper
        perpdeck paper --seed 7 --balance 2500
      """)

  @Option(help: "The seed of the built-in market; the same seed gives the same prices.")
  var seed: UInt64?

  @Option(help: "The cash at the start in USDT.")
  var balance = "10000"

  @OptionGroup var session: SessionOptions

  func validate() throws {
    _ = try MoneyArgument.read(balance, "--balance")
  }

  func run() throws {
    try MainActor.assumeIsolated { try serve() }
  }

  @MainActor private func serve() throws {
    let loop = DispatchLoop()
    let now = Timestamp(milliseconds: loop.now.milliseconds)
    let variables = try SessionSettings.variables(.paper)
    let settings = try SessionSettings.load(folder: session.config, variables)
    let plan = try SessionPlan(.paper, options: session, settings: settings, at: now)
    let seed = seed ?? UInt64(bitPattern: now.milliseconds)
    let source = BuiltInMarket(seed: seed)
    let exchange = SimulatedExchange(
      id: plan.account.exchange, source: source,
      deposit: try MoneyArgument.read(balance, "--balance"), loop: loop)
    let running = try TradingSession(
      plan, loop: loop, exchange: exchange, others: source.listings.map(\.instrument.id),
      seed: seed, isFresh: true)
    try running.run(session, marketSource: exchange.label)
  }
}

/// An amount of money among the arguments.
enum MoneyArgument {
  /// The largest amount that an account can start with, in USDT.
  static let largest: Money = 1_000_000_000

  /// Returns the amount, or throws what is wrong with it.
  static func read(_ text: String, _ option: String) throws -> Money {
    let amount: Money
    do {
      amount = try Money(text: text)
    } catch {
      throw ValidationError("\(option) \(text): \(error); an example is 10000")
    }
    guard amount.isPositive, amount <= largest else {
      throw ValidationError("\(option) \(text): allowed is above 0 up to \(largest) USDT")
    }
    return amount
  }
}
