import AccountData
import Engine
import Foundation
import Risk
import TestSupport
import Testing
import Trading
import Units

/// What one decision costs: an event in, its effects out. Tiny always; for real, in release, with
/// `BENCH=1 swift test -c release --filter EngineBenchmark`.
@Suite struct EngineBenchmark {
  private static let isReal = ProcessInfo.processInfo.environment["BENCH"] == "1"

  /// Feeds prepared events one by one and prints the median and the tail of their times.
  private func measure(_ name: String, _ desk: EngineDesk, _ events: [Event]) -> Int {
    var engine = desk.engine
    let clock = ContinuousClock()
    var times: [Duration] = []
    times.reserveCapacity(events.count)
    var digest = 0
    var sequence = engine.sequence
    for event in events {
      sequence += 1
      let stamped = Stamped(event, sequence: sequence, at: desk.now)
      let start = clock.now
      let effects = engine.handle(stamped)
      times.append(clock.now - start)
      digest += effects.count
    }
    times.sort()
    func microseconds(_ share: Double) -> Double {
      let place = min(times.count - 1, Int(Double(times.count) * share))
      return Double(times[place].components.attoseconds) / 1e12
    }
    if Self.isReal {
      print(
        "\(name): p50 \(microseconds(0.5)) us, p99 \(microseconds(0.99)) us, "
          + "\(times.count) events, digest \(digest)")
    }
    return digest
  }

  private var count: Int { Self.isReal ? 200_000 : 50 }

  private func ready() -> EngineDesk {
    var desk = EngineDesk()
    desk.boot()
    return desk
  }

  @Test func `benchmark a ticker of a market without orders`() {
    let events = (0..<count).map { number in
      Event.market(.ticker(Sample.ticker(Sample.ether, last: Price(Fixed(3_000 + number % 5)))))
    }
    #expect(measure("ticker, idle market", ready(), events) == 0)
  }

  @Test func `benchmark a mark price of a market with a position`() {
    var desk = ready()
    desk.holdLong()
    let events = (0..<count).map { number in
      Event.market(.mark(Sample.mark(Sample.bitcoin, Price(Fixed(60_000 + number % 5)))))
    }
    #expect(measure("mark, held market", desk, events) >= 0)
  }

  @Test func `benchmark an opening from the key to the request`() {
    let desk = ready()
    let clock = ContinuousClock()
    var times: [Duration] = []
    let rounds = Self.isReal ? 20_000 : 20
    for _ in 0..<rounds {
      var engine = desk.engine
      let event = Stamped(
        Event.command(.open(EngineDesk.long), .keyboard), sequence: engine.sequence + 1,
        at: desk.now)
      let start = clock.now
      let effects = engine.handle(event)
      times.append(clock.now - start)
      #expect(effects.words == ["submit"])
    }
    times.sort()
    if Self.isReal {
      print("opening: p50 \(times[rounds / 2]), p99 \(times[rounds * 99 / 100])")
    }
  }

  @Test func `benchmark fills of an order`() {
    var desk = ready()
    var wish = EngineDesk.long
    wish.type = .limit(59_900)
    desk.command(.open(wish))
    let id = EngineDesk.id(1)
    let share = Contracts(Fixed(10)).value.dividedIfPossible(by: Fixed(count), .down)
    let events = (0..<count).map { number in
      Event.account(
        .fill(
          Sample.fill(
            "\(number)", order: "77", client: id, price: 59_900,
            contracts: Contracts(share ?? 0), fee: 0)))
    }
    #expect(measure("fill", desk, events) > 0)
  }
}
