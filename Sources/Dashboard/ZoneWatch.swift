import Engine
import MarketData
import Trading
import Units

/// The supply and demand zones of the candles that the chart shows, and their support and
/// resistance, found anew when one closes.
struct ZoneWatch: Sendable, Equatable {
  /// What they were found in.
  private struct Source: Sendable, Equatable {
    let instrument: InstrumentID
    let timeFrame: TimeFrame
    let count: Int
    let first: Candle?
    let last: Candle?
  }

  /// The zones that no candle has closed beyond, oldest first.
  private(set) var zones: [Zone] = []
  /// Support and resistance, oldest first.
  private(set) var levels: [Level] = []
  private var source: Source?

  /// Looks at the candles of a market.
  mutating func look(at market: Market, _ timeFrame: TimeFrame) {
    let closed = market.series(timeFrame)?.closed
    let now = Source(
      instrument: market.id, timeFrame: timeFrame, count: closed?.count ?? 0,
      first: closed?.first, last: closed?.last)
    guard now != source else { return }
    source = now
    var (zones, levels) = (ZoneDetector(), LevelDetector())
    if let closed {
      for candle in closed {
        zones.update(candle)
        levels.update(candle)
      }
    }
    (self.zones, self.levels) = (zones.zones, levels.levels)
  }

  /// The zones, the nearest to a price first.
  func nearest(to price: Price) -> [Zone] {
    zones.enumerated().map { (way: $1.way(from: price), place: $0, zone: $1) }
      .sorted { ($0.way.magnitude, $0.place) < ($1.way.magnitude, $1.place) }.map(\.zone)
  }
}

extension Zone {
  /// How far its nearer end is from a price, above zero for a zone above; zero inside.
  func way(from price: Price) -> Price {
    if contains(price) { return .zero }
    return bottom > price ? bottom - price : top - price
  }
}

extension DashboardModel {
  /// Brings up to date what is computed from the market and kept from frame to frame.
  mutating func keepUp() {
    if let instrument, let market = snapshot.markets[instrument] {
      zones.look(at: market, chart.timeFrame)
    }
    equityTrace.note(figures.equity, at: snapshot.at)
  }
}
