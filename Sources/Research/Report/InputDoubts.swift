import MarketData
import Simulation
import Trading
import Units

extension BacktestPlan {
  /// Where the files leave candles out.
  public var gaps: [RecordedGap] { feeds.flatMap(\.table.gaps) }

  /// What in the inputs is hardly real, one sentence each.
  public var doubts: [String] { InputDoubts.sentences(self) }

  /// What is to be said of the inputs before any result: gaps, and what is hardly real.
  public var inputLines: [String] {
    InputDoubts.lines(of: gaps) + doubts.map { "DOUBTFUL: \($0)" }
  }
}

/// Looks for what in the inputs of a backtest is hardly real. Nothing of it ends a run.
enum InputDoubts {
  /// A price so many times the close before, or such a part of it, is more likely a slip.
  private static let leap: Int64 = 4
  /// So many candles in a row without a trade or a move are no live market.
  private static let deadRun = 20
  /// A settlement beyond it is more likely percent taken for a fraction.
  private static let rateLimit: Rate = "0.05"

  /// Returns one sentence for each doubt.
  static func sentences(_ plan: BacktestPlan) -> [String] {
    var found: [String] = []
    if plan.fees.takerFeeRate.isZero, plan.slippage.isZero {
      found.append("fees and slippage are both zero: no exchange trades for nothing")
    }
    found += ends(plan.feeds)
    for feed in plan.feeds {
      found += leaps(feed)
      found += dead(feed)
      found += coarse(feed, plan.slippage)
      if let points = plan.funding[feed.listing.id] { found += funding(points, feed) }
    }
    return found
  }

  /// Files that end a day or more before another one.
  private static func ends(_ feeds: [CandleFeed]) -> [String] {
    guard let last = feeds.map(\.table.endTime).max() else { return [] }
    let early = feeds.filter { last - $0.table.endTime >= .days(1) }
    guard !early.isEmpty else { return [] }
    let names = early.map { "\($0.table.name) at \($0.table.endTime.isoText)" }
    return [
      "the files end on different days, \(names.joined(separator: ", ")), the last at "
        + "\(last.isoText): what is held behind the end of a file stays at its last price, without "
        + "funding"
    ]
  }

  /// Returns what is said of gaps; nothing without one.
  static func lines(of gaps: [RecordedGap]) -> [String] {
    guard !gaps.isEmpty else { return [] }
    let count = gaps.reduce(0) { $0 + $1.count }
    return ["GAPS: \(count) candles are missing in \(gaps.count) places"]
      + gaps.prefix(5).map {
        "  \($0.file):\($0.line): \($0.from.isoText) to \($0.until.isoText): \($0.count)"
      }
  }

  private static func leaps(_ feed: CandleFeed) -> [String] {
    let rows = feed.table.rows
    var count = 0
    var first: CandleTable.Row?
    for place in rows.indices.dropFirst() {
      let before = Int64(rows[place - 1].close)
      guard Int64(rows[place].high) > leap * before || Int64(rows[place].low) * leap < before
      else { continue }
      count += 1
      if first == nil { first = rows[place] }
    }
    guard let first else { return [] }
    let time = Timestamp(milliseconds: first.openTime)
    return [
      "\(feed.table.name): \(count) candles reach more than \(leap) times away from the close "
        + "before, the first at \(time.isoText)"
    ]
  }

  /// A price step that is more than the slippage: a fill costs the step, whatever was said.
  private static func coarse(_ feed: CandleFeed, _ slippage: Rate) -> [String] {
    let rows = feed.table.rows
    let mean = rows.reduce(0) { $0 + Double($1.close) } / Double(max(1, rows.count))
    guard slippage.isPositive, mean > 0, mean * Double(slippage) < 1 else { return [] }
    return [
      "\(feed.table.name): a price step of \(feed.table.tick) is "
        + "\(BacktestReport.places(100 / mean, 4)) % of the mean price, more than the slippage of "
        + "\(BacktestReport.places(Double(slippage) * 100, 4)) %: a fill costs a whole step"
    ]
  }

  /// Stretches in which nothing was traded, and files that tell no volume at all.
  private static func dead(_ feed: CandleFeed) -> [String] {
    let rows = feed.table.rows
    guard rows.count > 1 else { return [] }
    guard rows.contains(where: { $0.volume > 0 }) else {
      return ["\(feed.table.name): all candles have a volume of zero"]
    }
    var count = 0
    var first: Int64?
    var run = 0
    for place in rows.indices {
      let row = rows[place]
      let isDead = row.volume == 0 && row.high == row.low
      run = isDead ? run + 1 : 0
      guard run >= deadRun else { continue }
      count += run == deadRun ? deadRun : 1
      first = first ?? rows[place + 1 - deadRun].openTime
    }
    guard let first else { return [] }
    return [
      "\(feed.table.name): \(count) candles stand still without volume, the first at "
        + "\(Timestamp(milliseconds: first).isoText): nothing can be traded there"
    ]
  }

  /// Distances between settlements that are longer than the usual one, which is the middle of all.
  private static func holes(_ points: [FundingPoint], _ id: InstrumentID) -> [String] {
    let distances = zip(points, points.dropFirst()).map { ($1.time - $0.time).milliseconds }
    guard distances.count > 1 else { return [] }
    let usual = distances.sorted()[distances.count / 2]
    guard usual > 0 else { return [] }
    var missing: Int64 = 0
    var first: Timestamp?
    for (place, distance) in distances.enumerated() where distance * 2 > usual * 3 {
      missing += (distance + usual / 2) / usual - 1
      first = first ?? points[place].time
    }
    guard let first else { return [] }
    return [
      "the funding file of \(id) settles every \(text(usual)) and lacks about "
        + "\(missing) settlements, the first after \(first.isoText): none was charged for them"
    ]
  }

  /// Some days in tenths, rounded down, such as `1.6 days`.
  private static func days(_ span: TimeSpan) -> String {
    let tenths = span.milliseconds / 8_640_000
    return "\(tenths / 10).\(tenths % 10) days"
  }

  private static func text(_ milliseconds: Int64) -> String {
    let minutes = (milliseconds + 30_000) / 60_000
    return minutes.isMultiple(of: 60) ? "\(minutes / 60) h" : "\(minutes) min"
  }

  private static func funding(_ points: [FundingPoint], _ feed: CandleFeed) -> [String] {
    let id = feed.listing.id
    let inside = points.filter { $0.time > feed.table.startTime && $0.time < feed.table.endTime }
    guard let first = inside.first, let last = inside.last else {
      return ["the funding file of \(id) has no settlement within the candles: none was charged"]
    }
    var found: [String] = []
    let day = TimeSpan.days(1)
    let late = first.time - feed.table.startTime
    if late > day {
      found.append(
        "the first settlement of \(id) within the candles is at \(first.time.isoText), "
          + "\(days(late)) behind the first candle: none was charged before it")
    }
    let early = feed.table.endTime - last.time
    if early > day {
      found.append(
        "the last settlement of \(id) within the candles is at \(last.time.isoText), "
          + "\(days(early)) before they end: none was charged after it")
    }
    found += holes(inside, id)
    let strange = inside.filter { $0.rate > rateLimit || $0.rate < -rateLimit }
    if let one = strange.first {
      found.append(
        "\(strange.count) funding rates of \(id) are beyond 5 %, the first at "
          + "\(one.time.isoText): \(one.rate); rates are fractions, not percent")
    }
    return found
  }
}
