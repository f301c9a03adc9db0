import Foundation
import Simulation
import Trading
import Units

/// How fast the simulated exchange is on one core, in time of the processor.
enum ExchangeFigures {
  private static let start = Timestamp(milliseconds: 1_767_225_600_000)
  private static let bitcoin = InstrumentID("BTC-USDT")

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
        unit: "op/s"),
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
  /// Opens a venue of one market with a wide price band and a mark price of 1,000.
  private static func venue(
    accounts: Int
  ) -> (venue: SimulatedVenue, accounts: [VenueAccountID], market: MarketIndex) {
    var listing = BuiltInListings.all[0]
    listing.thresholdX = "0.5"
    listing.thresholdY = "0.5"
    listing.thresholdZ = "0.5"
    guard var venue = SimulatedVenue(listings: [listing], startingAt: start),
      let market = venue.market(bitcoin)
    else { preconditionFailure("the built-in table counts exactly") }
    let ids = (0..<accounts).map { _ in venue.openAccount(deposit: 1_000_000_000, at: start) }
    venue.applyMark("1000", index: "1000", to: market, at: start)
    return (venue, ids, market)
  }

  private static func price(_ ticks: Int32) -> Price {
    Price(Fixed(raw: Int128(ticks) * 100_000_000_000_000_000))
  }

  private static func order(
    _ side: OrderSide, _ ticks: Int32, _ contracts: Contracts, _ mode: MarginMode
  ) -> OrderTicket {
    OrderTicket(
      instrument: bitcoin, marginMode: mode, side: side, type: .limit(price(ticks)),
      contracts: contracts)
  }

  /// Seconds for one operation: orders that rest and are canceled again beside `open` others.
  private static func restingOrders(open: Int) -> Double {
    let rounds = 150_000
    return best(of: 5) {
      var (venue, accounts, _) = venue(accounts: 1)
      rest(open, &venue, accounts[0])
      let time = taken {
        for round in 0..<rounds {
          let side: OrderSide = round & 1 == 0 ? .buy : .sell
          let away = Int32(10 + round % 50)
          let ticket = order(side, side == .buy ? 10_000 - away : 10_000 + away, 2, .isolated)
          do throws(VenueRefusal) {
            let number = try venue.place(ticket, for: accounts[0], at: start).number
            try venue.cancel(.number(number), for: accounts[0], at: start)
          } catch {
            preconditionFailure("the exchange takes sound orders: \(error)")
          }
          venue.drainOutputs { _ in }
        }
      }
      return time / Double(2 * rounds)
    }
  }

  private static func rest(
    _ count: Int, _ venue: inout SimulatedVenue, _ account: VenueAccountID
  ) {
    for place in 0..<Int32(count) {
      let side: OrderSide = place & 1 == 0 ? .buy : .sell
      let ticks = side == .buy ? 9_899 - place : 10_102 + place
      do throws(VenueRefusal) {
        try venue.place(order(side, ticks, 1, .isolated), for: account, at: start)
      } catch {
        preconditionFailure("the exchange takes sound orders: \(error)")
      }
    }
    venue.drainOutputs { _ in }
  }

  /// Operations per second of the matching flow by eight accounts in both margin modes, with
  /// positions, fees, ledgers and everything that is announced.
  private static func wholeFlow() -> Double {
    let flow = ExchangeFlow(count: 200_000)
    let time = best(of: 3) {
      var (venue, accounts, _) = venue(accounts: 8)
      var numbers = [OrderNumber?](repeating: nil, count: flow.operations.count)
      return taken {
        for (place, operation) in flow.operations.enumerated() {
          do throws(VenueRefusal) {
            switch operation.kind {
            case .cancel(let earlier):
              guard let number = numbers[earlier] else { break }
              try venue.cancel(.number(number), for: accounts[earlier & 7], at: start)
            case .limit, .sweep:
              var ticket = order(
                operation.side, operation.ticks,
                Contracts(Fixed(raw: Int128(operation.lots) * 100_000_000_000_000_000)),
                place & 1 == 0 ? .isolated : .cross)
              if case .sweep = operation.kind {
                ticket.type = .immediateOrCancel(price(operation.ticks))
              }
              numbers[place] = try venue.place(ticket, for: accounts[place & 7], at: start).number
            }
          } catch {
            // An order that has traded cannot be canceled; everything else is taken.
            precondition(error == .nothingToCancel, "the exchange takes sound orders: \(error)")
          }
          venue.drainOutputs { _ in }
        }
      }
    }
    return Double(flow.operations.count) / time
  }

  /// Seconds for one event: seven in ten change a level, two trade, one states the mark price.
  private static func marketEvents(open: Int) -> Double {
    let count = 1_000_000
    return best(of: 3) {
      var (venue, accounts, market) = venue(accounts: 1)
      for level in Int32(0)..<100 {
        venue.apply(
          DepthChange(side: .buy, ticks: 10_000 - level, lots: 500), to: market, at: start)
        venue.apply(
          DepthChange(side: .sell, ticks: 10_001 + level, lots: 500), to: market, at: start)
      }
      rest(open, &venue, accounts[0])
      var random = SeededRandom(seed: 7)
      let time = taken {
        for place in 0..<count {
          let now = start + .milliseconds(Int64(place / 16))
          let bits = random.next()
          let side: OrderSide = bits & 1_024 == 0 ? .buy : .sell
          switch bits % 10 {
          case 0, 1:
            venue.applyTrade(
              side, ticks: side == .buy ? 10_001 : 10_000, lots: 1, to: market, at: now)
          case 2:
            let mark = price(10_000 + Int32((bits >> 20) % 3))
            venue.applyMark(mark, index: mark, to: market, at: now)
          default:
            let level = Int32((bits >> 12) % 60)
            let change = DepthChange(
              side: side, ticks: side == .buy ? 10_000 - level : 10_001 + level,
              lots: Int64(1 + (bits >> 20) % 900))
            venue.apply(change, to: market, at: now)
          }
          venue.drainOutputs { _ in }
        }
      }
      return time / Double(count)
    }
  }
}
