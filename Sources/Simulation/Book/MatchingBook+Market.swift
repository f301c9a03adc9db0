import Trading

/// How the market source restates its liquidity.
extension MatchingBook {
  /// Makes the market's own lots at a price equal to what the source shows.
  ///
  /// The caller has first let accounts' orders on the other side trade with it where it crosses
  /// them; market liquidity of the other side that it crosses is taken out as stale.
  mutating func setMarketLots(_ side: BookSide, ticks: Int32, lots: Int64) {
    guard let slot = ladder.slot(ticks), ladder.levels[slot].head >= 0,
      node(ladder.levels[slot].head).side == side
    else {
      if lots > 0 { _ = rest(side, ticks: ticks, lots: lots, owner: Self.market) }
      return
    }
    let present = ladder.levels[slot].marketLots
    let tail = ladder.levels[slot].tail
    if lots > present {
      if node(tail).owner == Self.market {
        grow(tail, slot, by: lots - present)
      } else {
        _ = rest(side, ticks: ticks, lots: lots - present, owner: Self.market)
      }
    } else if lots < present {
      if node(tail).owner == Self.market, node(tail).lots > present - lots {
        grow(tail, slot, by: lots - present)
      } else {
        takeMarketLotsFromEnd(ticks: ticks, lots: present - lots)
      }
    }
  }

  /// Takes out market liquidity of a side at or beyond a price: the other side has come there.
  mutating func clearMarketLots(_ side: BookSide, crossing ticks: Int32) {
    while let best = best(side), side == .bids ? best >= ticks : best <= ticks {
      let present = marketLots(at: best)
      guard present > 0 else { return }
      takeMarketLotsFromEnd(ticks: best, lots: present)
      // An account's order is left at the price: the level stays, and the caller deals with it.
      if lots(at: best) > 0 { return }
    }
  }

  /// Takes lots from the front of a level on which nothing but market liquidity rests.
  @inline(__always)
  mutating func takeMarketLots(_ side: BookSide, ticks: Int32, lots: Int64) {
    guard hasLevel(side, ticks) else { return }
    var left = lots
    var cursor = head(at: ticks)
    while left > 0, cursor >= 0 {
      let resting = node(cursor)
      let size = min(resting.lots, left)
      reduce(cursor, by: size)
      left -= size
      cursor = resting.next
    }
  }

  /// Whether the level at a price belongs to a side.
  func hasLevel(_ side: BookSide, _ ticks: Int32) -> Bool {
    let first = head(at: ticks)
    return first >= 0 && node(first).side == side
  }

  private mutating func takeMarketLotsFromEnd(ticks: Int32, lots: Int64) {
    guard let slot = ladder.slot(ticks) else { return }
    var left = lots
    var cursor = ladder.levels[slot].tail
    while left > 0, cursor >= 0 {
      let resting = node(cursor)
      let previous = resting.previous
      if resting.owner == Self.market {
        let size = min(resting.lots, left)
        reduce(cursor, by: size)
        left -= size
      }
      cursor = previous
    }
  }
}
