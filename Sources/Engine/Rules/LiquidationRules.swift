import AccountData
import MarketData
import Risk
import Trading
import Units

/// Tells how near liquidation a position is: once at the configured distance, louder at half of it.
enum LiquidationRules {
  /// How loud it was told already.
  enum Level: Int, Sendable, Hashable, Comparable {
    case far
    case near
    case nearer

    static func < (left: Level, right: Level) -> Bool { left.rawValue < right.rawValue }
  }

  /// A position has to be so much farther away than the distance before it is told again.
  private static let hysteresis: Rate = "1.2"

  /// Looks at the positions of an instrument whose mark price moved.
  static func review(_ instrument: InstrumentID, _ core: inout EngineCore) {
    guard let warning = core.gate.limits.size.liquidationWarning,
      let mark = core.markets[instrument]?.markPrice
    else { return }
    for held in core.book.account.positions.held where held.key.instrument == instrument {
      guard let liquidation = held.report.liquidationPrice,
        let distance = Liquidation.distance(
          side: held.report.side, from: mark, to: liquidation)
      else { continue }
      look(held.key, distance, warning, liquidation, &core)
    }
  }

  /// Whether ``review(_:_:)`` would say nothing of a position at a price.
  static func isQuiet(_ held: HeldPosition, at price: Price, _ core: EngineCore) -> Bool {
    guard let warning = core.gate.limits.size.liquidationWarning,
      let liquidation = held.report.liquidationPrice
    else { return true }
    guard
      let distance = Liquidation.distance(
        side: held.report.side, from: price, to: liquidation)
    else { return false }
    let told = core.guards[held.key]?.liquidationLevel ?? .far
    return level(distance, warning) <= told
      && (told == .far || distance <= warning.scaled(by: hysteresis, .up))
  }

  private static func level(_ distance: Rate, _ warning: Rate) -> Level {
    if distance.value.times(2) <= warning.value { return .nearer }
    return distance <= warning ? .near : .far
  }

  private static func look(
    _ key: PositionKey, _ distance: Rate, _ warning: Rate, _ liquidation: Price,
    _ core: inout EngineCore
  ) {
    let told = core.guards[key]?.liquidationLevel ?? .far
    let level = level(distance, warning)
    if level > told {
      core.guards.update(key) { $0.liquidationLevel = level }
      let percent = Rate(distance.value.times(100)).rounded(to: "0.1", .down)
      // On the tick, for a person reads it; to the nearer one, for it is only told.
      let tick = core.markets[key.instrument]?.instrument.tickSize
      let shown = tick.map { liquidation.rounded(to: $0, .nearestOrEven) } ?? liquidation
      let text =
        distance.isPositive
        ? "liquidation at \(shown) is \(percent) % away"
        : "the mark price is at or beyond liquidation at \(shown)"
      core.notify(level == .near ? .warning : .alarm, text, key.instrument)
    } else if told != .far, distance > warning.scaled(by: hysteresis, .up) {
      core.guards.update(key) { $0.liquidationLevel = .far }
    }
  }
}
