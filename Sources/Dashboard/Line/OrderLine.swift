import Trading
import Units

/// A wish to open by one order.
struct OrderLine: Sendable, Hashable {
  var side: PositionSide
  var market: String
  /// The mark price that the order waits for; nil for one that is sent at once.
  var trigger: Price?
  /// For how long it waits; nil for as long as it takes.
  var patience: TimeSpan?
  /// Nil for the working size.
  var size: LineSize?
  /// Nil for a market order.
  var price: LinePrice?
  var kind = LineKind.limit
  /// Nil for the usual distance.
  var stop: LineDistance?
  var target: LineTarget?
  /// Targets for shares of the position, instead of one for all of it.
  var parts: [LineTargetPart] = []
}

/// One of several targets of an order or a position.
struct LineTargetPart: Sendable, Hashable {
  var target: LineTarget
  /// Above zero and at most one, all together at most one.
  var share: Rate
}

extension OrderLine {
  /// Whether it says nothing of a stop or a target, which only an opening has.
  var isBare: Bool { stop == nil && target == nil && parts.isEmpty }
}

extension OrderLine: CustomStringConvertible {
  var description: String {
    var words = ["open \(side.rawValue) \(market)"]
    if let trigger { words.append("when the mark is at \(trigger)") }
    if let patience { words.append("within \(patience.milliseconds / 60_000) minutes") }
    words.append(size.map { "size \($0)" } ?? "working size")
    words.append(price.map { "\(kind.rawValue) \($0)" } ?? "market")
    words.append(stop.map { "stop \($0)" } ?? "usual stop")
    if let target { words.append("target \(target)") }
    words += parts.map { "\($0.share.value.times(100)) % target \($0.target)" }
    return words.joined(separator: ", ")
  }
}
