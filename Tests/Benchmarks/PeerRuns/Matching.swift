import ExchangeFlow
import Simulation
import Trading
import Units

/// The flow of orders through the book alone, through the whole exchange, and orders that rest.
enum Matching {
  /// Matches the flow in a book and reports what it traded.
  static func alone(_ count: Int) -> Report {
    let flow = ExchangeFlow(count: count)
    var found = MatchCount()
    let seconds = medianSeconds(of: 9) { measure { found = flow.match() } }
    return Report(operations: count, seconds: seconds, found: counts(found))
  }

  /// Carries the flow out at the whole exchange and reports what its fills say was traded.
  static func wholeExchange(_ count: Int) -> Report {
    let flow = ExchangeFlow(count: count)
    let seconds = medianSeconds(of: 5) {
      var exchange = FlowVenue(accounts: 8)
      return measure { exchange.take(flow) }
    }
    // Counted in a run of its own: reading every fill is not the exchange's work.
    var found = MatchCount()
    var exchange = FlowVenue(accounts: 8)
    exchange.take(flow) { output in
      guard case .fill(_, let fill) = output, !fill.isMaker else { return }
      found.trades += 1
      found.lots += Int64(fill.contracts.value.raw / 100_000_000_000_000_000)
    }
    return Report(operations: count, seconds: seconds, found: counts(found))
  }

  /// Places orders that rest, each canceled before the next one is placed.
  static func resting(_ count: Int) -> Report {
    let seconds = medianSeconds(of: 5) {
      var exchange = FlowVenue(accounts: 1)
      return measure {
        exchange.placeAndCancel(count - 1)
        exchange.rest(1)
      }
    }
    return Report(
      operations: 2 * count - 1, seconds: seconds,
      found: [("placed", count), ("canceled", count - 1)])
  }

  private static func counts(_ found: MatchCount) -> [(String, Int)] {
    [("trades", found.trades), ("volume", Int(found.lots))]
  }
}
