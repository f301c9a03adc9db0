import Trading
import Units

/// Prices at a distance from an entry, on the tick: stops toward the lesser loss, targets toward
/// the sooner profit.
enum Distance {
  /// How far a stop stands from the entry where nobody said otherwise: one percent.
  static let usualStop: Rate = "0.01"
  /// How many risks away the target of a one-key bracket stands.
  static let usualTarget: Fixed = 2

  /// Returns the price so far from an entry, against the position for a stop, with it otherwise.
  static func price(
    _ rate: Rate, from entry: Price, _ side: PositionSide, isStop: Bool, _ instrument: Instrument
  ) -> Price {
    let isBelow = (side == .long) == isStop
    let factor = Rate(isBelow ? Fixed.one - rate.value : Fixed.one + rate.value)
    return entry.scaled(by: factor, .towardZero)
      .rounded(to: instrument.tickSize, towardEntry(isBelow))
  }

  /// Returns the target so many times as far from the entry as the stop.
  static func target(
    _ count: Fixed, entry: Price, stop: Price, _ side: PositionSide, _ instrument: Instrument
  ) -> Price {
    let way = (entry - stop).magnitude.value.multiplied(by: count, .towardZero)
    let price = Price(side == .long ? entry.value + way : entry.value - way)
    return price.rounded(to: instrument.tickSize, towardEntry(side == .short))
  }

  private static func towardEntry(_ isBelow: Bool) -> Rounding { isBelow ? .up : .down }
}
