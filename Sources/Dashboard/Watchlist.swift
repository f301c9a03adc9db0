import Engine
import MarketData
import Screen
import Trading
import Units

/// In which order the watchlist stands, and which of it is shown.
struct Watchlist: Sendable, Equatable {
  /// What the list is sorted by.
  enum Sorting: Int, Sendable, CaseIterable {
    case configured
    case name
    case move
    case volume
    case funding

    var label: String {
      switch self {
      case .configured: "as configured"
      case .name: "by name"
      case .move: "by 24h move"
      case .volume: "by 24h volume"
      case .funding: "by funding"
      }
    }
  }

  var sorting = Sorting.configured
  /// Whether the smallest stands on top.
  var isAscending = false
  /// What the names must contain; beginning with `!`, what they must not. Empty shows all.
  var filter = ""

  /// Returns the instruments to show, in order.
  func instruments(of snapshot: EngineSnapshot) -> [InstrumentID] {
    let wanted = snapshot.pairs.map(\.instrument).filter(matches)
    guard sorting != .configured else { return isAscending ? wanted.reversed() : wanted }
    let keyed = wanted.enumerated().map { (key: key($1, snapshot), place: $0, id: $1) }
    return keyed.sorted { left, right in
      if sorting == .name { return isAscending ? left.id > right.id : left.id < right.id }
      // What is not known stands at the end, whichever way the list runs.
      guard let first = left.key, let second = right.key else {
        return left.key != nil || right.key == nil && left.place < right.place
      }
      if first == second { return left.place < right.place }
      return isAscending ? first < second : first > second
    }.map(\.id)
  }

  private func matches(_ id: InstrumentID) -> Bool {
    let isInverse = filter.hasPrefix("!")
    let wanted = (isInverse ? String(filter.dropFirst()) : filter).lowercased()
    guard !wanted.isEmpty else { return true }
    return id.text.lowercased().contains(wanted) != isInverse
  }

  private func key(_ id: InstrumentID, _ snapshot: EngineSnapshot) -> Fixed? {
    guard let market = snapshot.markets[id] else { return nil }
    switch sorting {
    case .configured, .name: return nil
    case .move: return market.priceMove24h?.value
    case .volume:
      guard let ticker = market.ticker?.value else { return nil }
      return ticker.lastPrice.notionalIfInRange(of: ticker.baseVolume24h, .towardZero)?.value
    case .funding: return market.funding?.value.rate.value
    }
  }
}
