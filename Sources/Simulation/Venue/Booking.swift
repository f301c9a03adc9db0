import Trading
import Units

/// A booking as an account's ledger keeps it: numbers only, so that writing one touches no text.
/// Its row is made when it is read.
struct Booking: Sendable {
  let number: UInt64
  let amount: Fixed
  /// The funding rate; of no meaning for the other kinds.
  let rate: Fixed
  let time: Timestamp
  let kind: LedgerEntry.Kind
  /// The position that it concerns, nil where there is none.
  let position: BookedPosition?
}

/// Which position of an account a booking concerns.
struct BookedPosition: Sendable {
  /// The place of its market.
  let market: Int32
  let slot: PositionSlot
  let marginMode: MarginMode

  init(_ market: Int, _ slot: PositionSlot, _ marginMode: MarginMode) {
    self.market = Int32(market)
    self.slot = slot
    self.marginMode = marginMode
  }
}

extension SimulatedVenue {
  /// Returns the ledger's row of a booking.
  func row(of booking: Booking) -> LedgerEntry {
    let instrument = booking.position.map { markets[Int($0.market)].listing.id }
    var key: PositionKey?
    if let instrument, let position = booking.position {
      key = PositionKey(
        instrument: instrument, slot: position.slot, marginMode: position.marginMode)
    }
    return LedgerEntry(
      number: LedgerNumber(booking.number), kind: booking.kind, amount: Money(booking.amount),
      instrument: instrument, key: key,
      rate: booking.kind == .funding ? Rate(booking.rate) : nil, time: booking.time)
  }

  /// Returns ledger rows, newest first, of one kind or all.
  public func ledger(
    of account: VenueAccountID, kind: LedgerEntry.Kind? = nil, _ page: HistoryPage
  ) -> [LedgerEntry] {
    accounts[account.index].ledger.newest(page.limit) { booking in
      (kind == nil || booking.kind == kind)
        && page.takes(
          booking.position.map { markets[Int($0.market)].listing.id }, booking.number,
          booking.time)
    }
    .map(row(of:))
  }
}
