import Trading
import Units

/// Another price or size for an order that rests.
struct AmendLine: Sendable, Hashable {
  /// The market of the order; nil for the newest of all.
  var market: String?
  /// The whole size that is wanted, what has filled included; nil for the size that it has.
  var contracts: Contracts?
  /// Nil for the price that it has.
  var price: LinePrice?
}

extension AmendLine: CustomStringConvertible {
  var description: String {
    (["amend \(market ?? "last")"] + (contracts.map { ["size \($0) contracts"] } ?? [])
      + (price.map { ["price \($0)"] } ?? [])).joined(separator: ", ")
  }
}

/// Commands about orders that rest in the book.
extension LineParser {
  private static let pairExample = "oco buy btc 1% @ 60000 or sell @ 62000"

  /// Two orders with `or` between them; both rest, so both have a price.
  static func oneOf(_ verb: LineWord, _ words: inout LineWords) throws(LineProblem) -> Line {
    let first = try leg(nil, &words)
    guard words.take("or") else {
      throw LineProblem(
        at: words.next?.at ?? words.end, text: "oco needs its other order: \(pairExample)")
    }
    return .oneOf(first, try leg(first, &words))
  }

  /// One of two orders; the second has market and size of the first unless it says otherwise.
  private static func leg(
    _ first: OrderLine?, _ words: inout LineWords
  ) throws(LineProblem) -> OrderLine {
    guard let way = words.next, ["buy", "sell", "long", "short"].contains(way.text) else {
      throw LineProblem(
        at: words.next?.at ?? words.end, text: "oco needs buy or sell: \(pairExample)")
    }
    _ = words.take()
    var order: OrderLine
    if let first {
      _ = words.take(first.market)
      order = OrderLine(side: side(way), market: first.market, size: first.size)
    } else {
      order = OrderLine(side: side(way), market: try market(way, &words))
    }
    if let next = words.next, next.text.first?.isNumber ?? false || next.text.hasPrefix(".") {
      order.size = try size(way, &words)
    }
    var options = LineOptions()
    try options.read(&words, for: .leg, upTo: first == nil ? "or" : nil)
    guard let price = options.price else {
      throw LineProblem(
        at: words.next?.at ?? words.end, text: "both orders of oco rest: @ 60000, @ bid or @ ask")
    }
    order.price = price
    order.stop = options.stop
    order.target = options.target
    if let kind = options.kind {
      guard kind == .post else {
        throw LineProblem(
          at: options.kindAt, text: "`\(kind.rawValue)` does not rest: oco takes post or nothing")
      }
      order.kind = kind
    }
    return order
  }

  /// Another price or size for the newest order or for the one of a market.
  static func amend(_ verb: LineWord, _ words: inout LineWords) throws(LineProblem) -> AmendLine {
    var line = AmendLine()
    if !words.take("last") { line.market = try market(verb, &words) }
    if let word = words.next, word.text != "@" {
      guard case .contracts(let count) = try size(verb, &words) else {
        throw LineProblem(
          at: word.at, text: "`\(word.text)`: amend counts in contracts, such as 8")
      }
      line.contracts = Contracts(count)
    }
    if let word = words.next, words.take("@") {
      line.price = try LineOptions.price(after: word, &words)
    }
    guard line.contracts != nil || line.price != nil else {
      throw LineProblem(
        at: words.end, text: "amend to what: a number of contracts, @ 60400, or both")
    }
    return line
  }
}
