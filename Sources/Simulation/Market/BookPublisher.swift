import Trading
import Units

/// What the public sees of a book: the visible levels, restated as differences in a chain of
/// sequence numbers. Source: BloFin reference 4.4 (`books`).
struct BookPublisher: Sendable {
  /// A visible level.
  struct Level: Sendable, Hashable {
    let ticks: Int32
    let lots: Int64
  }

  private let depth: Int
  private(set) var bids: ContiguousArray<Level> = []
  private(set) var asks: ContiguousArray<Level> = []
  /// The number of the last message; a snapshot carries it.
  private(set) var sequence: UInt64 = 1_000

  init(depth: Int) {
    self.depth = depth
  }

  /// Compares the book with what was last published.
  ///
  /// Returns nil when nothing visible has changed. Numbers skip, as the exchange's do: only the
  /// chain is guaranteed, so that no client learns to count.
  mutating func publish(
    _ book: MatchingBook, _ units: MarketUnits, _ instrument: InstrumentID, at time: Timestamp
  ) -> BookUpdate? {
    let newBids = Self.visible(.bids, of: book, depth)
    let newAsks = Self.visible(.asks, of: book, depth)
    let bidChanges = Self.changes(from: bids, to: newBids, units) { $0 > $1 }
    let askChanges = Self.changes(from: asks, to: newAsks, units) { $0 < $1 }
    guard !bidChanges.isEmpty || !askChanges.isEmpty else { return nil }
    bids = newBids
    asks = newAsks
    let previous = sequence
    sequence += 1 + UInt64(bidChanges.count + askChanges.count)
    return BookUpdate(
      instrument: instrument, kind: .delta, bids: bidChanges, asks: askChanges,
      sequence: sequence, previousSequence: previous, exchangeTime: time)
  }

  /// Takes over the book without stating what changed, when nobody has listened so far.
  mutating func synchronize(_ book: MatchingBook) {
    bids = Self.visible(.bids, of: book, depth)
    asks = Self.visible(.asks, of: book, depth)
  }

  /// Returns the levels of a side, best first, at most `depth`.
  static func visible(
    _ side: BookSide, of book: MatchingBook, _ depth: Int
  ) -> ContiguousArray<Level> {
    var levels: ContiguousArray<Level> = []
    levels.reserveCapacity(depth)
    var cursor = book.best(side)
    while let ticks = cursor, levels.count < depth {
      levels.append(Level(ticks: ticks, lots: book.lots(at: ticks)))
      cursor = book.next(side, behind: ticks)
    }
    return levels
  }

  private static func changes(
    from old: ContiguousArray<Level>, to new: ContiguousArray<Level>, _ units: MarketUnits,
    _ isBetter: (Int32, Int32) -> Bool
  ) -> [BookLevel] {
    var changes: [BookLevel] = []
    var oldPlace = 0
    var newPlace = 0
    func add(_ ticks: Int32, _ lots: Int64) {
      changes.append(BookLevel(price: units.price(ticks), contracts: units.contracts(lots)))
    }
    while oldPlace < old.count || newPlace < new.count {
      if newPlace == new.count
        || (oldPlace < old.count && isBetter(old[oldPlace].ticks, new[newPlace].ticks))
      {
        add(old[oldPlace].ticks, 0)
        oldPlace += 1
      } else if oldPlace == old.count || old[oldPlace].ticks != new[newPlace].ticks {
        add(new[newPlace].ticks, new[newPlace].lots)
        newPlace += 1
      } else {
        if old[oldPlace].lots != new[newPlace].lots {
          add(new[newPlace].ticks, new[newPlace].lots)
        }
        oldPlace += 1
        newPlace += 1
      }
    }
    return changes
  }
}
