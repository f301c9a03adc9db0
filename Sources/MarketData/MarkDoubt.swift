import Trading
import Units

/// A mark price that is not believed yet: it jumped away from the one before it, and the last
/// traded price did not go along.
///
/// One bad print would trail stops to nowhere, cross the loss of the day and price every position
/// wrongly (B08). A crash is believed soon all the same: at once where a trade is told near the new
/// price, which in a crash is a matter of milliseconds; at once where it comes in small steps; and
/// in any case with the next mark price once marks have stood away for ``patience``.
public struct MarkDoubt: Sendable, Hashable {
  /// The mark price that was believed before, which counts meanwhile; nil where there was none.
  public let before: Received<Price>?
  /// When the first mark price came that is not believed.
  public let since: Timestamp
  /// How many such mark prices came in a row, from one on.
  public internal(set) var count: Int

  /// How long mark prices may stand away from the last price before they are believed: longer than
  /// one bad print lasts, and short beside the time in which a crash costs a limit.
  public static let patience = TimeSpan.seconds(5)
}

extension Market {
  /// The newest mark price that is believed, with its arrival; nil before the first, and for a
  /// market that is known by candles alone.
  public var believedMark: Received<Price>? {
    if let markDoubt { return markDoubt.before }
    return mark.map { Received($0.value.markPrice, at: $0.receivedAt) }
  }

  /// Whether the newest mark price and the last price are no farther apart than two prices of one
  /// thing may be; false while one of them is missing.
  ///
  /// What moves stops and places orders by the mark price asks for this: unlike a limit, it loses
  /// nothing by waiting, whoever of the two is right.
  public var pricesAgree: Bool {
    guard let mark else { return candlePrice != nil }
    guard markDoubt == nil else { return false }
    guard let jumpLimit else { return true }
    guard let last = ticker?.value.lastPrice else { return false }
    return mark.value.markPrice.isNear(last, within: jumpLimit)
  }

  /// Returns the mark price at which a position is to be valued that was reported at a moment with
  /// a mark price of its own; nil where the report says best what the position is worth.
  ///
  /// Ours counts when it came then or later, and an older one while what came since is in doubt.
  public func mark(since moment: Timestamp, reported: Price) -> Price? {
    guard let mark else {
      guard let candlePrice, candlePrice.receivedAt >= moment else { return nil }
      return candlePrice.value.price
    }
    if markDoubt == nil, mark.receivedAt >= moment { return mark.value.markPrice }
    guard let jumpLimit, let believed = believedMark else { return nil }
    if markDoubt != nil { return believed.value }
    // A bad print can show in the report of a position before it shows in the stream of prices.
    guard moment - believed.receivedAt <= MarkDoubt.patience,
      !reported.isNear(believed.value, within: jumpLimit),
      let last = ticker?.value.lastPrice, !reported.isNear(last, within: jumpLimit)
    else { return nil }
    return believed.value
  }

  /// Takes a mark price and judges whether it can be believed.
  mutating func take(_ news: MarkPrice, at now: Timestamp) {
    let before = believedMark
    mark = Received(news, at: now)
    // Without a last price nothing speaks against it, and nothing is opened either.
    guard let jumpLimit, let last = ticker?.value.lastPrice else {
      markDoubt = nil
      return
    }
    let isStep = before.map { news.markPrice.isNear($0.value, within: jumpLimit) } ?? false
    if isStep || news.markPrice.isNear(last, within: jumpLimit) {
      markDoubt = nil
      return
    }
    guard let doubt = markDoubt else {
      markDoubt = MarkDoubt(before: before, since: now, count: 1)
      return
    }
    markDoubt =
      now - doubt.since >= MarkDoubt.patience
      ? nil : MarkDoubt(before: doubt.before, since: doubt.since, count: doubt.count + 1)
  }

  /// Believes the newest mark price if the last price has gone along; true when that ends a doubt.
  mutating func settleDoubt() -> Bool {
    guard markDoubt != nil, let jumpLimit, let mark, let last = ticker?.value.lastPrice,
      mark.value.markPrice.isNear(last, within: jumpLimit)
    else { return false }
    markDoubt = nil
    return true
  }
}

extension Price {
  /// Whether another price is no farther away than a share of this one.
  public func isNear(_ other: Price, within share: Rate) -> Bool {
    (other - self).magnitude <= scaled(by: share, .down)
  }
}
