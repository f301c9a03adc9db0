import Engine
import EventLoop
import Exchanges
import Foundation
import Simulation
import TestSupport
import Testing
import Trading
import Units

/// Random wishes, faults and crashes in virtual time; the invariants hold after every event.
///
/// `make storm SEED=7` plays one seed, `make storm SEEDS=1000 FROM=2001` the third thousand.
///
/// After every event the oracle looks at each invariant: I1 to I3, I7 and I9, I10, I13 at what
/// leaves; I2, I4, I5, I8, I10 at the state; I2, I6, I12 when the weather is calm. I11 is the shape
/// of the program (the same engine and runtime as everywhere), which the replay tests show.
@MainActor
struct StormTests {
  /// Storms take long in a debug build; they play when they are asked for.
  nonisolated static var isAsked: Bool {
    let variables = ProcessInfo.processInfo.environment
    return variables["SEED"] != nil || variables["STORM_SEEDS"] != nil
  }

  private static var seeds: [UInt64] {
    let variables = ProcessInfo.processInfo.environment
    if let text = variables["SEED"], let seed = UInt64(text) { return [seed] }
    let count = variables["STORM_SEEDS"].flatMap(UInt64.init) ?? 3
    let first = variables["STORM_FROM"].flatMap(UInt64.init) ?? 1
    return Array(first..<first + max(1, count))
  }

  private static var minutes: Int64 {
    ProcessInfo.processInfo.environment["STORM_MINUTES"].flatMap(Int64.init) ?? 2
  }

  @Test(.enabled(if: StormTests.isAsked))
  func `I1 to I13 hold through storms of faults and crashes`() {
    var checks = 0
    var openings = 0
    var seen = StormCount()
    for seed in Self.seeds {
      let storm = Storm(seed: seed)
      let broken = storm.play(minutes: Self.minutes)
      checks += storm.oracle.checks
      openings += storm.oracle.openings
      seen.add(storm)
      #expect(broken.isEmpty, "\(storm.report)")
    }
    // Storms in which nothing was opened would prove nothing; one that is replayed may be calm.
    #expect(
      openings > 5 * Self.seeds.count || Self.seeds.count == 1, "only \(openings) openings left")
    print("storm: \(Self.seeds.count) seeds, \(checks) checks, \(openings) openings, \(seen)")
  }

  @Test func `the storm sees an intent that became two orders, and one that was not lost (I2, I4)`()
  {
    let storm = Storm(seed: 1)
    storm.exchange.connect { _ in }
    let id = ClientOrderID(trusted: "s1x1")
    let order = OrderRequest(
      clientOrderID: id, instrument: Storm.first, side: .buy, marginMode: .isolated,
      type: .market, contracts: 1, reduceOnly: false)
    var oracle = StormOracle(exchange: storm.exchange, journal: storm.journal)
    storm.loop.run(until: storm.loop.now.advanced(byMilliseconds: 2_000))
    storm.exchange.inner.perform(.submit(order), as: RequestID(1))
    storm.loop.run(until: storm.loop.now.advanced(byMilliseconds: 1_000))
    oracle.checkVenueOrders()
    #expect(oracle.broken == [])
    // The first one has filled, so that the exchange takes its id again.
    storm.exchange.inner.perform(.submit(order), as: RequestID(2))
    storm.loop.run(until: storm.loop.now.advanced(byMilliseconds: 1_000))
    oracle.checkVenueOrders()
    oracle.checkLost(id)
    oracle.checkLost(ClientOrderID(trusted: "s1x2"))
    let at = storm.exchange.now.milliseconds
    #expect(
      oracle.broken == [
        "I2 at \(at): s1x1 became two orders", "I4 at \(at): s1x1 is filled, not lost",
      ])
  }

  @Test(.enabled(if: StormTests.isAsked), arguments: [3] as [UInt64])
  func `a journal that is replayed gives the state that was written down`(seed: UInt64) throws {
    let storm = Storm(seed: seed)
    // Events that the disk did not take cannot be replayed.
    storm.exchange.rates.journal = 0
    _ = storm.play(minutes: 2)
    var engine: TradingEngine?
    var compared = 0
    var hashes: [UInt64: UInt64] = [:]
    var runs = 0
    for case .checkpoint(let checkpoint) in storm.journal.records {
      hashes[checkpoint.sequence &+ UInt64(checkpoint.at.milliseconds) << 20] = checkpoint.hash
    }
    for case .events(let batch) in storm.journal.records {
      for event in try EventCoding.decode(batch) {
        if case .started = event.value {
          runs += 1
          engine = TradingEngine(
            StormSettings.engine(run: RunID(trusted: "s\(runs)x"), at: event.at), at: event.at)
        }
        _ = engine?.handle(event)
        let key = event.sequence &+ UInt64(event.at.milliseconds) << 20
        guard let hash = hashes[key] else { continue }
        compared += 1
        #expect(engine?.stateHash == hash, "seed \(seed), event \(event.sequence)")
      }
    }
    #expect(compared >= 1)
  }
}

/// What happened in storms, so that one in which nothing did is seen.
struct StormCount: CustomStringConvertible {
  private var faults = 0
  private var kills = 0
  private var fills = 0
  private var orders: [String: Int] = [:]
  private var endings: [PositionCycle.Ending: Int] = [:]
  private var denials: [String: Int] = [:]
  private var plans: [String: Int] = [:]

  @MainActor
  mutating func add(_ storm: Storm) {
    faults += storm.exchange.faultCount
    kills += storm.runs - 1
    fills += Set(storm.journal.fills).count
    var unknown: [ClientOrderID?] = []
    for record in storm.journal.records {
      switch record {
      case .intent(let intent): orders[intent.purpose.rawValue, default: 0] += 1
      case .orderChanged(let change):
        orders[change.state.rawValue, default: 0] += 1
        if unknown.contains(change.clientOrderID), change.state != .unknown {
          orders[change.state == .lost ? "unknown lost" : "unknown resolved", default: 0] += 1
        }
        unknown.removeAll { $0 == change.clientOrderID }
        if change.state == .unknown { unknown.append(change.clientOrderID) }
      case .denial(let denial): denials[denial.code, default: 0] += 1
      case .positionCycle(let cycle, _):
        if let ending = cycle.ending { endings[ending, default: 0] += 1 }
      case .plan(let plan) where plan.state != .open && plan.kind != "guard":
        plans["\(plan.kind) \(plan.state.rawValue)", default: 0] += 1
      default: break
      }
    }
  }

  var description: String {
    func list(_ counts: [String: Int]) -> String {
      counts.sorted { $0.value > $1.value }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
    }
    let ended = Dictionary(uniqueKeysWithValues: endings.map { ($0.key.rawValue, $0.value) })
    return """
      \(faults) faults, \(kills) kills, \(fills) fills
        orders: \(list(orders))
        endings: \(list(ended))
        plans: \(list(plans))
        denials: \(list(denials))
      """
  }
}
