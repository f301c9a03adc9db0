/// What waits for the last price of one market, in the order in which it would fire.
struct TriggerTable: Sendable {
  /// One leg of a TP/SL or trigger order.
  struct Entry: Sendable, Hashable {
    let ticks: Int32
    /// The insertion number; of two at one price the older fires first.
    let order: UInt64
    /// The place of the algo in the venue's table.
    let algo: Int32
  }

  /// Fire when the last price is at or above them; the lowest, then oldest, comes last.
  private(set) var rising: ContiguousArray<Entry> = []
  /// Fire when the last price is at or below them; the highest, then oldest, comes last.
  private(set) var falling: ContiguousArray<Entry> = []
  /// Trailing orders, looked at on every move, oldest first.
  private(set) var trailing: ContiguousArray<Int32> = []

  /// Whether nothing waits.
  @inline(__always)
  var isEmpty: Bool { rising.isEmpty && falling.isEmpty && trailing.isEmpty }

  /// Adds an entry that fires at or above its price.
  mutating func addRising(_ entry: Entry) {
    let place = Self.place(rising) { present in
      present.ticks < entry.ticks || (present.ticks == entry.ticks && present.order < entry.order)
    }
    rising.insert(entry, at: place)
  }

  /// Adds an entry that fires at or below its price.
  mutating func addFalling(_ entry: Entry) {
    let place = Self.place(falling) { present in
      present.ticks > entry.ticks || (present.ticks == entry.ticks && present.order < entry.order)
    }
    falling.insert(entry, at: place)
  }

  /// Adds a trailing order.
  mutating func addTrailing(_ algo: Int32) {
    trailing.append(algo)
  }

  /// Returns the entry that fires first at a price, nil when none does.
  @inline(__always)
  func due(at ticks: Int32) -> Entry? {
    if let first = rising.last, first.ticks <= ticks { return first }
    if let first = falling.last, first.ticks >= ticks { return first }
    return nil
  }

  /// Removes everything that belongs to an algo.
  mutating func remove(_ algo: Int32) {
    rising.removeAll { $0.algo == algo }
    falling.removeAll { $0.algo == algo }
    trailing.removeAll { $0 == algo }
  }

  /// Returns the first place whose entry fires before the new one, by bisection.
  private static func place(
    _ entries: ContiguousArray<Entry>, firesBefore: (Entry) -> Bool
  ) -> Int {
    var low = 0
    var high = entries.count
    while low < high {
      let middle = (low + high) / 2
      if firesBefore(entries[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
