import AccountData
import Engine
import Exchanges
import Risk
import Simulation
import Testing
import Trading
import Units

/// Halt and flatten while orders are on their way and while the exchange does not answer.
@MainActor
struct KillSwitchTests {
  /// What left of the program, and when.
  @MainActor private final class Departures {
    var requests: [(at: Timestamp, request: ExchangeRequest)] = []

    init(of desk: FaultDesk) {
      desk.exchange.onRequest = { [unowned self, exchange = desk.exchange] request in
        requests.append((exchange.now, request))
      }
    }

    /// When orders left that open something.
    var openings: [Timestamp] {
      requests.compactMap { departure in
        if case .submit(let order) = departure.request, !order.reduceOnly {
          departure.at
        } else {
          nil
        }
      }
    }

    func count(where matches: (ExchangeRequest) -> Bool) -> Int {
      requests.count { matches($0.request) }
    }
  }

  private func resting(_ desk: FaultDesk) -> [VenueOrder] {
    desk.venue.openOrders(of: desk.account, HistoryPage(limit: .max))
  }

  @Test(arguments: [0, 20, 200, 900] as [Int64])
  func `K10 no order that opens leaves later than a quarter of a second after a halt`(
    disk: Int64
  ) throws {
    let desk = FaultDesk(seed: 4)
    desk.start()
    let departures = Departures(of: desk)
    desk.journal.delay = disk
    for offset in [100, 150, 190] {
      desk.command(.open(try #require(SagaKillTests.wish(desk.snapshot, .long, offset: offset))))
    }
    desk.run(15)
    let haltedAt = desk.exchange.now
    desk.command(.setState(.halted, reason: "panic"), .control)
    desk.run(10_000)
    #expect(departures.openings.allSatisfy { $0 - haltedAt <= .milliseconds(250) })
    #expect(departures.openings.isEmpty == (disk > 15))
    #expect(desk.snapshot.trading.mode == .halted)
    #expect(desk.snapshot.orders.isEmpty)
    #expect(resting(desk).isEmpty)
    #expect(desk.venue.positions(of: desk.account).isEmpty)
  }

  @Test(arguments: [1, 8, 12, 18, 25] as [Int64])
  func `K10 an entry on its way at a halt is canceled, or its fill has its stop`(
    after milliseconds: Int64
  ) throws {
    let desk = FaultDesk(seed: 4)
    desk.start()
    desk.command(.open(try #require(SagaKillTests.wish(desk.snapshot, .long))))
    desk.run(milliseconds)
    desk.command(.setState(.halted, reason: "panic"), .control)
    desk.run(10_000)
    #expect(desk.snapshot.orders.isEmpty)
    let held = desk.venue.positions(of: desk.account)
    let stops = desk.venue.openAlgos(
      of: desk.account, protection: true, HistoryPage(limit: .max))
    #expect(held.count == stops.count)
    #expect(desk.snapshot.positions.map(\.contracts) == held.map(\.contracts))
  }

  private nonisolated static let silences: [Outcome] = [
    .notSent("no connection"), .unknown("timed out"),
    .refused(Refusal(code: "50001", message: "maintenance", advice: .waitAndRetry)),
  ]

  @Test(arguments: silences)
  func `K11 a flatten goes on while the exchange is down, and is done when it is back`(
    silence: Outcome
  ) throws {
    let desk = FaultDesk(seed: 5)
    desk.start()
    _ = try desk.openLong()
    desk.command(.open(try #require(SagaKillTests.wish(desk.snapshot, .long, offset: 100))))
    desk.run(1_000)
    #expect(resting(desk).count == 1)
    let departures = Departures(of: desk)
    desk.exchange.intercept = { _ in silence }
    desk.command(.setState(.halted, reason: "panic"), .control)
    desk.command(.flatten(nil), .control)
    desk.run(30_000)
    #expect(!desk.snapshot.notices.map(\.text).contains("flat"))
    #expect(desk.venue.positions(of: desk.account).map(\.contracts) == [10])
    let cancels = departures.count { if case .cancel = $0 { true } else { false } }
    let exits = departures.count {
      if case .submit(let order) = $0 { order.reduceOnly } else { false }
    }
    let questions = departures.count { if case .orderStatus = $0 { true } else { false } }
    #expect(cancels + questions > 1 && exits > 1, "\(cancels) cancels, \(exits) exits")
    #expect(cancels + exits <= 70, "a storm of \(cancels) cancels and \(exits) exits")
    desk.exchange.intercept = nil
    desk.run(40_000)
    #expect(desk.venue.positions(of: desk.account).isEmpty)
    #expect(resting(desk).isEmpty)
    #expect(desk.snapshot.notices.map(\.text).contains("flat"))
    #expect(desk.snapshot.trading.mode == .halted)
    #expect(departures.openings.isEmpty)
  }

  @Test func `O05 an order that too many requests hid is sent once and asked for ever more rarely`()
    throws
  {
    let desk = FaultDesk(seed: 6)
    desk.start()
    let departures = Departures(of: desk)
    let tooMany = Outcome.unknown(
      "BloFin says that there were too many requests (HTTP status 429).")
    desk.exchange.intercept = { request in
      switch request {
      case .submit, .orderStatus, .accountSnapshot: tooMany
      default: nil
      }
    }
    let began = desk.exchange.now
    desk.command(.open(try #require(SagaKillTests.wish(desk.snapshot, .long, offset: 100))))
    desk.run(90_000)
    #expect(desk.snapshot.orders.map(\.state) == [.unknown])
    #expect(departures.openings == [began])
    func count(_ seconds: Range<Int64>, _ matches: (ExchangeRequest) -> Bool = { _ in true }) -> Int
    {
      departures.requests.count {
        seconds.contains(($0.at - began).milliseconds / 1_000) && matches($0.request)
      }
    }
    func isQuestion(_ request: ExchangeRequest) -> Bool {
      if case .orderStatus = request { true } else { false }
    }
    #expect(count(0..<15) <= 16, "\(count(0..<15)) requests in the first 15 s")
    #expect(count(75..<90) <= 10, "\(count(75..<90)) requests in the last 15 s")
    #expect(count(0..<15, isQuestion) >= count(75..<90, isQuestion))
    #expect(count(75..<90, isQuestion) >= 1)
    // Nobody ever took it: it is lost, and is not sent again by itself.
    desk.exchange.intercept = nil
    desk.run(40_000)
    #expect(desk.snapshot.orders.map(\.state) == [.lost])
    #expect(departures.openings == [began])
    #expect(resting(desk).isEmpty)
  }
}
