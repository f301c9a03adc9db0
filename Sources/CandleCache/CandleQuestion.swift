import Trading
import Units

/// One question for past candles, answered by what is kept and, for what that lacks, by the
/// exchange.
///
/// It goes from the newest candle backward. What is kept counts as long as one candle follows the
/// other without a hole; where there is one, the exchange is asked for what is missing together
/// with the kept candle beyond it. Of two versions of a candle the exchange's wins; where it says
/// another price of a closed candle, nothing that is kept is believed.
struct CandleQuestion {
  /// What to do next.
  enum Step: Hashable {
    /// Ask the exchange for the newest so many before a moment, nil for now.
    case ask(before: Timestamp?, limit: Int)
    /// The answer, oldest first.
    case done([Candle])
  }

  /// What the exchange has said, newest first.
  private(set) var told: [Candle] = []
  /// Whether the exchange has contradicted what is kept.
  private(set) var isContradicted = false

  private let span: TimeSpan
  private let limit: Int
  /// What is kept and was not come by yet, oldest first.
  private var kept: [Candle]
  /// What is found, newest first, without a hole that the exchange would not have too.
  private var found: [Candle] = []
  /// Everything that opened before this is still to be found; nil from the newest on.
  private var edge: Timestamp?
  private var askedFor = 0
  private var askCount = 0
  /// Whether the exchange has nothing older.
  private var isExhausted = false

  /// The most times that the exchange is asked for one answer; the last time for all of the rest.
  private static let mostAsks = 8

  /// Begins a question for the newest `limit` candles before a moment, nil for now.
  init(_ frame: TimeFrame, before: Timestamp?, limit: Int, kept: [Candle]) {
    span = frame.span
    self.limit = limit
    edge = before
    self.kept = before.map { moment in Array(kept.prefix { $0.openTime < moment }) } ?? kept
  }

  /// Returns what to do next.
  mutating func next(at now: Timestamp) -> Step {
    guard let edge = edgeAfterKept() else {
      // An exchange that has none at all is believed as well.
      return isExhausted ? .done([]) : ask(before: nil, newestCount(at: now))
    }
    let rest = limit - found.count
    guard rest > 0, !isExhausted else { return .done(found.prefix(limit).reversed()) }
    // A last time without what is kept: so many holes are not worth looking for one by one.
    if askCount == Self.mostAsks - 1 { kept = [] }
    let missing = kept.last.map { Int((edge - $0.openTime).milliseconds / span.milliseconds) }
    return ask(before: edge, min(rest, missing ?? rest))
  }

  /// Takes what the exchange says, oldest first.
  mutating func take(_ answer: [Candle]) {
    let fresh = answer.filter { candle in edge.map { candle.openTime < $0 } ?? true }
    isExhausted = fresh.count < askedFor
    guard let oldest = fresh.first else { return }
    told += fresh.reversed()
    found += fresh.reversed()
    edge = oldest.openTime
    var place = fresh.count - 1
    while let candle = kept.last, candle.openTime >= oldest.openTime {
      kept.removeLast()
      while place > 0, fresh[place].openTime > candle.openTime { place -= 1 }
      let isOther = fresh[place].openTime == candle.openTime && !fresh[place].hasPrices(of: candle)
      guard isOther else { continue }
      isContradicted = true
      kept = []
    }
  }

  /// Goes on through what is kept up to the next hole and returns where that is; nil at the start
  /// of a question for the newest candles.
  private mutating func edgeAfterKept() -> Timestamp? {
    guard var edge else { return nil }
    while found.count < limit, let candle = kept.last, candle.openTime + span >= edge {
      found.append(candle)
      edge = candle.openTime
      kept.removeLast()
    }
    self.edge = edge
    return edge
  }

  private mutating func ask(before: Timestamp?, _ count: Int) -> Step {
    askedFor = count
    askCount += 1
    return .ask(before: before, limit: count)
  }

  /// How many candles opened since the newest that is kept, with it; all of them where that is more
  /// or our clock is behind it.
  private func newestCount(at now: Timestamp) -> Int {
    guard let newest = kept.last, now >= newest.openTime else { return limit }
    return min(limit, Int((now - newest.openTime).milliseconds / span.milliseconds) + 1)
  }
}

extension Candle {
  /// Whether a version of the same candle has the same prices; volumes are corrected now and then.
  fileprivate func hasPrices(of other: Candle) -> Bool {
    open == other.open && high == other.high && low == other.low && close == other.close
  }
}
