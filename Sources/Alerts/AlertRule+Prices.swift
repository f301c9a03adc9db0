import Trading
import Units

extension AlertRule {
  /// The prices that the rule compares a price of an instrument with, for drawing.
  public var prices: [(instrument: InstrumentID, price: Price)] {
    guard case .expression(let expression) = condition else { return [] }
    return expression.nodes.compactMap { node -> (instrument: InstrumentID, price: Price)? in
      guard case .compare(_, let left, let right) = node,
        case .reading(let place) = expression.nodes[left],
        case .constant(let number, _) = expression.nodes[right]
      else { return nil }
      let reading = expression.readings[place]
      let kinds: [ReadingKind] = [.last, .mark, .index, .bid, .ask, .close]
      guard let instrument = reading.instrument, kinds.contains(reading.kind), number.isPositive
      else { return nil }
      return (instrument, Price(number))
    }
  }
}
