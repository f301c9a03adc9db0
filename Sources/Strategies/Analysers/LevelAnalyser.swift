import MarketData
import Trading
import Units

/// Support and resistance (``LevelDetector`` with swings of three candles on each side): what the
/// nearest support counts minus what the nearest resistance counts.
///
/// A level counts its strength where the price is in it, or beyond it and has not broken it, and
/// evenly less up to one average true range (14) away, from where on it counts nothing; so does
/// one that is not there.
struct LevelAnalyser: Analyser {
  private var detector = LevelDetector(reach: 3)

  /// The warm-up of the average true range, without which no level is seen.
  var warmUp: Int { 15 }

  mutating func update(_ candle: Candle, _ bar: Bar) { detector.update(candle) }

  func score(at price: Price) -> Estimate? {
    guard let range = detector.averageTrueRange else { return nil }
    func counts(_ role: Level.Role) -> Estimate {
      detector.levels.nearest(role, to: price).map { Self.weight($0, at: price, range) } ?? 0
    }
    return (counts(.support) - counts(.resistance)).bounded
  }

  func facts(at price: Price) -> String {
    guard let range = detector.averageTrueRange else { return "—" }
    return [Level.Role.support, .resistance].map { role in
      detector.levels.nearest(role, to: price).map { Self.told($0, at: price, range) }
        ?? "no \(role.rawValue)"
    }.joined(separator: ", ")
  }

  private static func weight(
    _ level: Level, at price: Price, _ range: Estimate
  ) -> Estimate {
    let way = level.way(from: price)
    guard way.isPositive else { return level.strength }
    return range > 0 ? level.strength * max(0, 1 - Estimate(way) / range) : 0
  }

  private static func told(_ level: Level, at price: Price, _ range: Estimate) -> String {
    let ends = level.bottom == level.top ? "" : " to \(level.top)"
    let touches = "\(level.touchCount) touches"
    let once = level.brokenAt == nil ? "" : level.hasHeld ? ", turned and held" : ", just turned"
    let strength = Int((level.strength * 100).rounded())
    let way = level.way(from: price)
    let distance =
      way.isPositive
      ? "\(range > 0 ? (Estimate(way) / range).shownTenths : "—") ranges away" : "at the price"
    return "\(level.role.rawValue) \(level.bottom)\(ends) of \(strength) % "
      + "(\(touches)\(once)) \(distance)"
  }
}
