import Trading
import Units

extension AlertRule {
  /// The prices of an instrument that the rule compares a price of it with, for drawing.
  public func prices(of instrument: InstrumentID) -> [Price] {
    guard case .expression(let expression) = condition else { return [] }
    return expression.nodes.compactMap { node -> Price? in
      guard case .compare(_, let left, let right) = node,
        case .reading(let place) = expression.nodes[left],
        case .constant(let number, _) = expression.nodes[right]
      else { return nil }
      let reading = expression.readings[place]
      let kinds: [ReadingKind] = [.last, .mark, .index, .bid, .ask, .close]
      guard reading.instrument == instrument, kinds.contains(reading.kind), number.isPositive else {
        return nil
      }
      return Price(number)
    }
  }
}
