/// Places by number: a hash table of open addressing for the numbers that the venue gives out.
///
/// The numbers are not chosen by clients, so a multiplication spreads them well enough, and the
/// table costs no seeded hash and no allocation per entry. Eight numbers in a row stand side by
/// side: what was placed last is canceled first, and is then near.
struct NumberTable: Sendable {
  private struct Entry {
    /// The number, zero where the entry is free.
    var number: UInt64 = 0
    var place: Int32 = 0
  }

  private var entries = ContiguousArray(repeating: Entry(), count: 64)
  /// By how much a spread number is shifted to make an index.
  private var shift: UInt64 = 64 - 6
  /// How many numbers it holds.
  private(set) var count = 0

  /// Returns the place of a number, nil when it is not there.
  func place(_ number: UInt64) -> Int32? {
    var index = start(number)
    while entries[index].number != 0 {
      if entries[index].number == number { return entries[index].place }
      index = after(index)
    }
    return nil
  }

  /// Adds a number, above zero, that is not there yet.
  mutating func insert(_ number: UInt64, at place: Int32) {
    precondition(number > 0, "zero marks a free entry")
    if count * 2 >= entries.count { grow() }
    var index = start(number)
    while entries[index].number != 0 { index = after(index) }
    entries[index] = Entry(number: number, place: place)
    count += 1
  }

  /// Removes a number; does nothing when it is not there.
  mutating func remove(_ number: UInt64) {
    var hole = start(number)
    while entries[hole].number != number {
      if entries[hole].number == 0 { return }
      hole = after(hole)
    }
    // Later entries of the run move up, unless they would pass the place where they begin.
    var index = after(hole)
    while entries[index].number != 0 {
      let home = start(entries[index].number)
      let isBetween = hole <= index ? hole < home && home <= index : hole < home || home <= index
      if !isBetween {
        entries[hole] = entries[index]
        hole = index
      }
      index = after(index)
    }
    entries[hole] = Entry()
    count -= 1
  }

  @inline(__always)
  private func start(_ number: UInt64) -> Int {
    let group = ((number &>> 3) &* 0x9E37_79B9_7F4A_7C15) &>> shift
    return Int(truncatingIfNeeded: (group & ~7) | (number & 7))
  }

  @inline(__always)
  private func after(_ index: Int) -> Int { (index &+ 1) & (entries.count &- 1) }

  private mutating func grow() {
    let old = entries
    entries = ContiguousArray(repeating: Entry(), count: old.count * 2)
    shift -= 1
    count = 0
    for entry in old where entry.number != 0 { insert(entry.number, at: entry.place) }
  }
}
