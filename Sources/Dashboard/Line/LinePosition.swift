import Engine
import Trading

/// The position that a line is about: its market, and its side where a long and a short are held
/// beside each other.
struct LinePosition: Sendable, Hashable {
  var market: String
  /// Nil for the only one of the market.
  var side: PositionSide?
}

extension LinePosition: CustomStringConvertible {
  var description: String { market + (side.map { " \($0.rawValue)" } ?? "") }
}

extension LineParser {
  /// A market, and behind it the side of the position where it is said.
  static func position(
    _ verb: LineWord, _ words: inout LineWords
  ) throws(LineProblem) -> LinePosition {
    var position = LinePosition(market: try market(verb, &words))
    if let word = words.next, let side = PositionSide(rawValue: word.text) {
      _ = words.take()
      position.side = side
    }
    return position
  }
}

extension DashboardModel {
  /// Returns the position that a line means.
  func position(_ meant: LinePosition) throws(LineProblem) -> PositionFigures {
    let id = try instrument(meant.market).id
    let held = figures.positions.filter {
      $0.key.instrument == id && (meant.side == nil || $0.side == meant.side)
    }
    guard let first = held.first else {
      let side = meant.side.map { "\($0.rawValue) " } ?? ""
      throw LineProblem(at: 0, text: "there is no \(side)position in \(id)")
    }
    guard held.count == 1 else {
      throw LineProblem(
        at: 0, text: "\(id) is held long and short: say which, as in close \(meant.market) long")
    }
    return first
  }
}
