import Trading
import Units

/// An order that can still trade, with what the venue needs beside the row that it shows.
struct LiveOrder: Sendable {
  /// What the lists and pushes show.
  var row: VenueOrder
  let account: Int
  let market: Int
  /// Its price in ticks; for a market order the bound of the price band.
  let ticks: Int32
  /// What has not filled, in lots.
  var left: Int64
  /// Whether only a position may be made smaller: reduce-only, or the closing side in hedge mode.
  let onlyReduces: Bool
  /// Margin and fee that it holds back.
  var frozen: Fixed
  /// How much of it counts as closing the position, and therefore holds nothing back.
  var closingLots: Int64
  /// Its place in the book, −1 when it does not rest.
  var node: Int32 = -1
  /// The protection that its fills made, −1 when there is none.
  var protection: Int32 = -1
  /// The next and the former live order of the account; in the free list, the next free place.
  var next: Int32 = -1
  var previous: Int32 = -1
}

/// A TP/SL, trigger or trailing order that waits.
struct LiveAlgo: Sendable {
  /// What the lists and pushes show.
  var row: AlgoOrder
  let account: Int
  let market: Int
  /// Whether the place is in use.
  var isLive = true
  /// Of a trailing order: whether it follows already.
  var isActive = false
  /// Of a trailing order: the best last price since it became active, in ticks.
  var extremeTicks: Int32 = 0
  /// Of attached protection: its size in lots, which grows with the fills of the entry.
  var lots: Int64 = 0
}

/// The next number of each kind.
struct NextNumbers: Sendable {
  var order = Counter(next: 1_000_000_000_001)
  var algo = Counter(next: 10_000_000_001)
  var fill = Counter(next: 1_000_001)
  var position = Counter(next: 1_000_000_000_001)
  var record = Counter(next: 100_000_001)
  var ledger = Counter(next: 1)
  var transfer = Counter(next: 1)

  /// Numbers of one kind, given out one after the other.
  struct Counter: Sendable {
    private(set) var next: UInt64

    init(next: UInt64) {
      self.next = next
    }

    @inline(__always)
    mutating func take() -> UInt64 {
      let number = next
      next = number + 1
      return number
    }
  }
}
