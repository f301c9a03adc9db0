import Trading

/// What a fill-or-kill order finds: all of it, or it must not trade at all.
extension SimulatedVenue {
  /// Lots of a position that makers met so far would close.
  private struct ClosedLots {
    let account: Int
    let code: Int
    var lots: Int64
  }

  /// Whether an order can fill whole at once. Resting orders count as far as they may trade: a
  /// reducing one no more than what those before it leave of its position.
  mutating func canFillWhole(_ place: Int32) -> Bool {
    let market = orders[Int(place)].market
    let side: BookSide = orders[Int(place)].row.side == .buy ? .asks : .bids
    let limit = orders[Int(place)].ticks
    let wanted = orders[Int(place)].left
    guard markets[market].book.ownedCount > 0 else {
      return walk(market, side, limit: limit, lots: wanted).lots >= wanted
    }
    var found: Int64 = 0
    var closed: [ClosedLots] = []
    var cursor = markets[market].book.best(side)
    while let ticks = cursor, side == .asks ? ticks <= limit : ticks >= limit {
      var node = markets[market].book.head(at: ticks)
      while node >= 0 {
        let resting = markets[market].book.node(node)
        let size = min(resting.lots, wanted - found)
        found += resting.owner < 0 ? size : makerLots(resting.owner, size, ticks, &closed)
        if found == wanted { return true }
        node = resting.next
      }
      cursor = markets[market].book.next(side, behind: ticks)
    }
    return false
  }

  /// Returns how many of so many lots a resting order will trade, as ``allowance(_:_:_:)`` decides
  /// when it comes to it, after the makers that were met before.
  private mutating func makerLots(
    _ place: Int32, _ lots: Int64, _ ticks: Int32, _ closed: inout [ClosedLots]
  ) -> Int64 {
    let order = orders[Int(place)]
    let slot = order.row.slot
    let mode = order.row.marginMode
    guard let position = positionPlace(order.account, order.market, slot, mode),
      accounts[order.account].positions[position].side.closingSide == order.row.side
    else { return allowance(place, lots, ticks) }
    let code = AccountState.positionCode(order.market, slot, mode)
    let known = closed.firstIndex { $0.account == order.account && $0.code == code }
    let left =
      accounts[order.account].positions[position].lots - (known.map { closed[$0].lots } ?? 0)
    let given: Int64
    if order.onlyReduces {
      given = min(lots, left)
    } else if order.closingLots == 0 {
      given = lots
    } else {
      // Whether there is margin to open behind what others close first is not known: rather killed.
      given = known == nil ? allowance(place, lots, ticks) : min(lots, left)
    }
    let closes = min(given, left)
    if let known {
      closed[known].lots += closes
    } else {
      closed.append(ClosedLots(account: order.account, code: code, lots: closes))
    }
    return given
  }
}
