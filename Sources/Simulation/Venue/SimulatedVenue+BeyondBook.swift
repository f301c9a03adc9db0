import Trading
import Units

/// What lies behind the visible side of a book, when the rules let market orders reach it.
struct HiddenDepth: Sendable {
  /// The last visible price.
  let from: Int32
  /// Lots per tick behind it.
  let slope: Int64
}

/// Slippage beyond the visible book; see ``VenueRules/BeyondBook``.
extension SimulatedVenue {
  /// Returns what lies behind a side of the book; nil when market orders end with the visible book.
  func hiddenDepth(_ market: Int, _ side: BookSide) -> HiddenDepth? {
    guard case .thinned(let thinning) = rules.beyondBook,
      let best = markets[market].book.best(side)
    else { return nil }
    let visible = walk(
      market, side, limit: side == .asks ? PriceLadder.largestTicks : 0, lots: .max)
    let span = Int64(max(1, abs(visible.lastTicks - best)))
    return HiddenDepth(
      from: visible.lastTicks, slope: max(1, visible.lots / span / Int64(max(1, thinning))))
  }

  /// Returns what can be had behind the visible book, at the mean price of the way through it.
  func hiddenQuote(
    _ depth: HiddenDepth, _ side: BookSide, limit: Int32, lots: Int64
  ) -> BookQuote {
    let room = Int64(side == .asks ? limit - depth.from : depth.from - max(limit, 1))
    guard room > 0, lots > 0 else { return BookQuote() }
    let steps = min((lots + depth.slope - 1) / depth.slope, room)
    let size = min(lots, steps * depth.slope)
    // The middle of the way, rounded away from the taker.
    let middle = Int32((steps + 1) / 2)
    let ticks = side == .asks ? depth.from + middle : depth.from - middle
    return BookQuote(lots: size, tickLots: Int64(ticks) * size, lastTicks: ticks)
  }

  /// Fills what is left of a market order behind the visible book, in one piece.
  mutating func fillBeyondBook(_ place: Int32, _ depth: HiddenDepth) {
    let order = orders[Int(place)]
    let side: BookSide = order.row.side == .buy ? .asks : .bids
    let quote = hiddenQuote(depth, side, limit: order.ticks, lots: order.left)
    let size = quote.lots > 0 ? allowance(place, quote.lots, quote.lastTicks) : 0
    guard size > 0 else { return }
    if rules.accountTradesReachTape {
      putOnTape(order.market, order.row.side, quote.lastTicks, size)
    }
    fill(place, size, quote.lastTicks, isMaker: false)
  }
}
