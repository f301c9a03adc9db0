import ExchangeFlow
import Foundation
import Simulation
import Trading
import Units

/// How fast the simulated exchange is on one core, in time of the processor.
enum ExchangeFigures {
  static func measure() -> [Figure] {
    let alone = restingOrders(open: 1)
    let crowd = restingOrders(open: 500)
    return [
      Figure(
        name: "exchange: matching alone, 100,000 operations", value: matching(100_000),
        unit: "op/s", limit: .atLeast(5_000_000)),
      Figure(
        name: "exchange: matching alone, 1,000,000 operations", value: matching(1_000_000),
        unit: "op/s"),
      Figure(
        name: "exchange: order placed or canceled, with margin and books", value: 1 / alone,
        unit: "op/s", limit: .atLeast(1_000_000)),
      Figure(
        name: "exchange: the same flow with margin, fees and books", value: wholeFlow(),
        unit: "op/s", limit: .atLeast(1_000_000)),
      Figure(
        name: "exchange: market events, nothing rests", value: 1 / marketEvents(open: 0),
        unit: "events/s", limit: .atLeast(5_000_000)),
      Figure(
        name: "exchange: an order among 500 beside one alone", value: crowd / alone,
        unit: "times", places: 2, limit: .atMost(2)),
      Figure(
        name: "exchange: an event among 500 orders beside one alone",
        value: marketEvents(open: 500) / marketEvents(open: 1), unit: "times", places: 2,
        limit: .atMost(2)),
    ]
  }

  /// The least of several measurements of a body that returns how long it took.
  private static func best(of count: Int, _ body: () -> Double) -> Double {
    (0..<count).map { _ in body() }.min() ?? 0
  }

  private static func taken(_ body: () -> Void) -> Double {
    let start = seconds(CLOCK_THREAD_CPUTIME_ID)
    body()
    return seconds(CLOCK_THREAD_CPUTIME_ID) - start
  }

  private static func matching(_ count: Int) -> Double {
    let flow = ExchangeFlow(count: count)
    var found = MatchCount()
    let time = best(of: 9) {
      taken { found = flow.match() }
    }
    // Another count would be another engine: the figure would mean nothing.
    precondition(
      count != 100_000 || found == MatchCount(trades: 43_562, lots: 565_773),
      "the flow trades what it always trades")
    return Double(count) / time
  }
}

extension ExchangeFigures {
  /// Seconds for one operation: orders that rest and are canceled again beside `open` others.
  private static func restingOrders(open: Int) -> Double {
    let rounds = 150_000
    return best(of: 5) {
      var exchange = FlowVenue(accounts: 1)
      exchange.rest(open)
      return taken { exchange.placeAndCancel(rounds) } / Double(2 * rounds)
    }
  }

  /// Operations per second of the matching flow by eight accounts in both margin modes, with
  /// positions, fees, ledgers, histories and everything that is announced.
  private static func wholeFlow() -> Double {
    let flow = ExchangeFlow(count: 200_000)
    let time = best(of: 5) {
      var exchange = FlowVenue(accounts: 8)
      return taken { exchange.take(flow) }
    }
    return Double(flow.operations.count) / time
  }

  /// Seconds for one event: seven in ten change a level, two trade, one states the mark price.
  private static func marketEvents(open: Int) -> Double {
    let count = 1_000_000
    return best(of: 3) {
      var exchange = FlowVenue(accounts: 1)
      for level in Int32(0)..<100 {
        exchange.show(.buy, 10_000 - level, 500)
        exchange.show(.sell, 10_001 + level, 500)
      }
      exchange.rest(open)
      let market = exchange.market
      var random = SeededRandom(seed: 7)
      let time = taken {
        for place in 0..<count {
          let now = FlowVenue.start + .milliseconds(Int64(place / 16))
          let bits = random.next()
          let side: OrderSide = bits & 1_024 == 0 ? .buy : .sell
          switch bits % 10 {
          case 0, 1:
            exchange.venue.applyTrade(
              side, ticks: side == .buy ? 10_001 : 10_000, lots: 1, to: market, at: now)
          case 2:
            let mark = FlowVenue.price(10_000 + Int32((bits >> 20) % 3))
            exchange.venue.applyMark(mark, index: mark, to: market, at: now)
          default:
            let level = Int32((bits >> 12) % 60)
            let change = DepthChange(
              side: side, ticks: side == .buy ? 10_000 - level : 10_001 + level,
              lots: Int64(1 + (bits >> 20) % 900))
            exchange.venue.apply(change, to: market, at: now)
          }
          exchange.venue.discardOutputs()
        }
      }
      return time / Double(count)
    }
  }
}
