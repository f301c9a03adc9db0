/// Finds the place of a topic by the bytes of a push's argument, without making a text.
///
/// Open addressing over a power of two; the caller adds each spelling that it meets.
nonisolated struct ArgumentTable: Sendable {
  private var spellings: [[UInt8]] = []
  private var places: [Int] = []
  /// One more than an index of `spellings`; zero is empty.
  private var slots = [UInt16](repeating: 0, count: ArgumentTable.slotCount)

  private static let slotCount = 1_024
  /// How many spellings are kept: four for each topic of a full connection and then some.
  static let capacity = 256

  /// Adds a spelling of a topic's argument; does nothing when the table is full.
  mutating func add(_ bytes: UnsafeRawBufferPointer, place: Int) {
    guard spellings.count < Self.capacity, find(bytes) == nil else { return }
    var slot = Self.slot(of: bytes)
    while slots[slot] != 0 { slot = (slot + 1) & (Self.slotCount - 1) }
    spellings.append(Array(bytes))
    places.append(place)
    slots[slot] = UInt16(spellings.count)
  }

  /// Returns the place of a topic whose argument is spelled so; nil for a new spelling.
  func find(_ bytes: UnsafeRawBufferPointer) -> Int? {
    var slot = Self.slot(of: bytes)
    while slots[slot] != 0 {
      let index = Int(slots[slot]) - 1
      if Self.isEqual(spellings[index], bytes) { return places[index] }
      slot = (slot + 1) & (Self.slotCount - 1)
    }
    return nil
  }

  private static func isEqual(_ own: [UInt8], _ bytes: UnsafeRawBufferPointer) -> Bool {
    guard own.count == bytes.count else { return false }
    return own.withUnsafeBytes { own in
      var offset = 0
      while offset + 8 <= own.count {
        guard
          own.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
            == bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
        else { return false }
        offset += 8
      }
      while offset < own.count {
        guard own[offset] == bytes[offset] else { return false }
        offset += 1
      }
      return true
    }
  }

  /// Mixes eight bytes at a time by a multiply; a server cannot harm us by choosing arguments.
  private static func slot(of bytes: UnsafeRawBufferPointer) -> Int {
    var state = UInt64(truncatingIfNeeded: bytes.count)
    var offset = 0
    while offset + 8 <= bytes.count {
      let word = bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
      state = (state ^ word) &* 0x9E37_79B9_7F4A_7C15
      state ^= state >> 29
      offset += 8
    }
    while offset < bytes.count {
      state = (state ^ UInt64(bytes[offset])) &* 0x9E37_79B9_7F4A_7C15
      offset += 1
    }
    return Int(truncatingIfNeeded: state >> 54)
  }
}
