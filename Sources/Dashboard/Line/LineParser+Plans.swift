import Engine
import Trading
import Units

/// Commands about a position that take several steps.
extension LineParser {
  static func plan(_ verb: LineWord, _ words: inout LineWords) throws(LineProblem) -> Line {
    if verb.text == "abandon" { return .abandon(market: try market(verb, &words)) }
    let position = try position(verb, &words)
    switch verb.text {
    case "reverse": return try reverse(position, verb, &words)
    case "trail": return try trail(position, verb, &words)
    default: return try targets(position, verb, &words)
    }
  }

  private static func reverse(
    _ position: LinePosition, _ verb: LineWord, _ words: inout LineWords
  ) throws(LineProblem) -> Line {
    var size: LineSize?
    if let next = words.next, next.text.first?.isNumber ?? false || next.text.hasPrefix(".") {
      size = try self.size(verb, &words)
    }
    var options = LineOptions()
    let optionsAt = words.next?.at ?? words.end
    try options.read(&words, for: .leg)
    guard options.price == nil, options.kind == nil else {
      throw LineProblem(at: optionsAt, text: "reverse is at market: only sl and tp go here")
    }
    return .reverse(position, size: size, stop: options.stop, target: options.target)
  }

  private static func trail(
    _ position: LinePosition, _ verb: LineWord, _ words: inout LineWords
  ) throws(LineProblem) -> Line {
    let distance = try distance(verb, &words)
    guard words.take("@") else { return .trail(position, distance, from: nil) }
    guard let word = words.take() else {
      throw LineProblem(at: words.end, text: "@ needs the price from which the stop follows")
    }
    return .trail(
      position, distance, from: Price(try LineNumber.positive(word.text[...], of: word)))
  }

  private static func targets(
    _ position: LinePosition, _ verb: LineWord, _ words: inout LineWords
  ) throws(LineProblem) -> Line {
    var parts: [LineTargetPart] = []
    var left: Rate = 1
    while let word = words.take() {
      let target: LineTarget =
        word.text.hasSuffix("r")
        ? .multiple(try LineNumber.positive(word.text.dropLast(), of: word))
        : .price(Price(try LineNumber.positive(word.text[...], of: word)))
      guard let share = words.take() else {
        throw LineProblem(at: words.end, text: "how much of it at \(word.text), such as 50%")
      }
      guard share.text.hasSuffix("%") else {
        throw LineProblem(at: share.at, text: "`\(share.text)`: a share is in percent: 50%")
      }
      let rate = try LineNumber.share(share.text.dropLast(), of: share)
      guard rate <= left else {
        throw LineProblem(at: share.at, text: "`\(share.text)`: the shares are more than 100 %")
      }
      left = left - rate
      guard parts.count < PartialTarget.limit else {
        throw LineProblem(at: word.at, text: "at most \(PartialTarget.limit) targets")
      }
      parts.append(LineTargetPart(target: target, share: rate))
    }
    guard !parts.isEmpty else {
      throw LineProblem(
        at: words.end, text: "targets needs prices and shares: targets btc 62000 50% 63000 50%")
    }
    return .targets(position, parts)
  }
}
