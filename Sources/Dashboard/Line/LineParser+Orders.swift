import Trading
import Units

/// Orders of their own: sent at once, or when the mark price is somewhere.
extension LineParser {
  private static let waitingExample = "buy stop btc 62000 0.5% sl 1%"

  static func order(
    _ verb: LineWord, _ words: inout LineWords
  ) throws(LineProblem) -> OrderLine {
    let waits = words.take("stop")
    var order = OrderLine(side: side(verb), market: try market(verb, &words))
    if waits { order.trigger = try trigger(verb, &words) }
    if let next = words.next, next.text.first?.isNumber ?? false || next.text.hasPrefix(".") {
      order.size = try size(verb, &words)
    }
    var options = LineOptions()
    try options.read(&words, for: waits ? .waitingOrder : .order)
    order.price = options.price
    order.patience = options.patience
    order.stop = options.stop
    try order.take(options.targets)
    guard let kind = options.kind else { return order }
    guard order.price != nil else {
      throw LineProblem(
        at: options.kindAt, text: "`\(kind.rawValue)` needs a price: @ 61000, @ bid or @ ask")
    }
    order.kind = kind
    return order
  }

  private static func trigger(
    _ verb: LineWord, _ words: inout LineWords
  ) throws(LineProblem) -> Price {
    guard let word = words.take() else {
      throw LineProblem(
        at: words.end, text: "\(verb.text) stop needs the price it waits for: \(waitingExample)")
    }
    return Price(try LineNumber.positive(word.text[...], of: word))
  }
}

extension OrderLine {
  /// Takes one target for all, or several for shares: those named, else equal ones.
  fileprivate mutating func take(_ targets: [LineOptions.Target]) throws(LineProblem) {
    guard let first = targets.first else { return }
    guard targets.count > 1 || first.share != nil else {
      target = first.target
      return
    }
    let named = targets.filter { $0.share != nil }
    guard named.isEmpty || named.count == targets.count else {
      let bare = targets.first { $0.share == nil } ?? first
      throw LineProblem(
        at: bare.at, text: "every tp has its share, or none has: tp 2r 50% tp 3r 50%")
    }
    let equal = Rate(Fixed(1).divided(by: Fixed(targets.count), .towardZero))
    var left: Rate = 1
    for (place, each) in targets.enumerated() {
      let isLast = place == targets.count - 1
      let share = each.share ?? (isLast ? left : equal)
      guard share <= left else {
        throw LineProblem(at: each.at, text: "the shares of the targets are more than 100 %")
      }
      left = left - share
      parts.append(LineTargetPart(target: each.target, share: share))
    }
  }
}
