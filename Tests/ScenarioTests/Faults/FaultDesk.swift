import Engine
import EventLoop
import Exchanges
import Journal
import Logging
import MarketData
import Risk
import Runtime
import Simulation
import TestSupport
import Testing
import Trading
import Units

/// The whole bot at an exchange whose faults a test names, and which can be killed and started anew
/// on what its journal holds.
@MainActor
final class FaultDesk {
  let loop: VirtualLoop
  let exchange: FaultyExchange
  let journal: MemoryJournal
  private(set) var runtime: BotRuntime
  private(set) var runs = 1
  private let limits: RiskLimits
  /// Called after every event of whichever process lives.
  var onChange: ((EngineSnapshot) -> Void)?

  nonisolated static let startedAt = Timestamp(year: 2026, month: 3, day: 3, hour: 9)

  init(seed: UInt64, limits: RiskLimits = StormSettings.limits) {
    self.limits = limits
    let loop = VirtualLoop(startingAt: WallTime(milliseconds: Self.startedAt.milliseconds))
    self.loop = loop
    journal = MemoryJournal(loop: loop)
    let inner = SimulatedExchange(
      source: BuiltInMarket(seed: seed, hasPast: false),
      latency: LatencyModel(
        outward: .fixed(.milliseconds(10)), inward: .fixed(.milliseconds(10)), seed: seed),
      loop: loop)
    exchange = FaultyExchange(inner, rates: .calm, seed: seed, loop: loop)
    runtime = Self.makeRuntime(1, limits, exchange, journal, loop)
  }

  /// Starts the bot and waits until it may trade.
  func start() {
    watch()
    runtime.start(Recovery())
    run(5_000)
  }

  /// Opens a long of ten contracts and returns it.
  func openLong() throws -> (wish: OpeningIntent, position: PositionKey) {
    let wish = try #require(SagaKillTests.wish(snapshot, .long))
    command(.open(wish))
    run(3_000)
    let held = try #require(snapshot.positions.first)
    #expect(held.contracts == 10)
    return (wish, held.key)
  }

  func run(_ milliseconds: Int64) {
    loop.run(until: loop.now.advanced(byMilliseconds: milliseconds))
  }

  func command(_ command: Command, _ source: CommandSource = .keyboard) {
    exchange.note("command \(command.text)")
    runtime.command(command, from: source)
  }

  var snapshot: EngineSnapshot { runtime.snapshot() }
  var venue: SimulatedVenue { exchange.inner.venue }
  var account: VenueAccountID { exchange.inner.account }

  /// Kills the process at once; another one starts half a second later.
  func kill() {
    exchange.note("kill")
    runtime.onChange = nil
    exchange.isDead = true
    journal.isDead = true
    exchange.disconnect()
    runtime.abandon()
    loop.schedule(after: 500) { [weak self] in self?.restart() }
  }

  private func restart() {
    exchange.isDead = false
    journal.isDead = false
    runs += 1
    runtime = Self.makeRuntime(runs, limits, exchange, journal, loop)
    watch()
    let found = MemoryRecovery(journal.records)
    runtime.start(
      Recovery(
        openIntents: found.openIntents, state: found.state, dayStart: found.dayStart,
        peak: found.peak, openCycles: found.openCycles, endedCycles: found.endedCycles,
        openPlans: found.openPlans, lostOrders: found.lostOrders,
        newestFill: found.newestFill, strategies: found.strategies))
  }

  private func watch() {
    runtime.onChange = { [weak self] in
      guard let self, let onChange else { return }
      onChange(runtime.snapshot())
    }
  }

  private static func makeRuntime(
    _ number: Int, _ limits: RiskLimits, _ exchange: FaultyExchange, _ journal: MemoryJournal,
    _ loop: VirtualLoop
  ) -> BotRuntime {
    let now = Timestamp(milliseconds: loop.now.milliseconds)
    let settings = StormSettings.engine(run: RunID(trusted: "f\(number)x"), at: now, limits: limits)
    return BotRuntime(
      engine: TradingEngine(settings, at: now), exchange: exchange, journal: journal, loop: loop,
      loggers: PartLoggers { Logger(label: $0) { _ in SwiftLogNoOpLogHandler() } })
  }
}
