/// A 64-bit digest that is the same in every process, unlike `Swift.Hasher`.
///
/// For proving that two runs agree, not for security. Each word is mixed by a full-width multiply.
@frozen
public struct StableHasher: Sendable {
  @usableFromInline var state: UInt64 = 0x243F_6A88_85A3_08D3

  /// Starts an empty digest.
  @inlinable
  public init() {}

  /// Adds a word.
  @inlinable
  public mutating func combine(_ word: UInt64) {
    let product = (state ^ word).multipliedFullWidth(by: 0x9E37_79B9_7F4A_7C15)
    state = product.high ^ product.low &+ 0xD1B5_4A32_D192_ED03
  }

  /// Adds a signed number.
  @inlinable
  public mutating func combine(_ number: Int64) { combine(UInt64(bitPattern: number)) }

  /// Adds a count.
  @inlinable
  public mutating func combine(_ number: Int) { combine(Int64(number)) }

  /// Adds a flag.
  @inlinable
  public mutating func combine(_ flag: Bool) { combine(flag ? 1 : UInt64(0)) }

  /// Adds an exact number.
  @inlinable
  public mutating func combine(_ number: Fixed) {
    combine(UInt64(truncatingIfNeeded: number.raw))
    combine(UInt64(truncatingIfNeeded: number.raw >> 64))
  }

  /// Adds a number with its unit; the unit itself is known from the position in the digest.
  @inlinable
  public mutating func combine(_ unit: some FixedUnit) { combine(unit.value) }

  /// Adds a moment.
  @inlinable
  public mutating func combine(_ time: Timestamp) { combine(time.milliseconds) }

  /// Adds a text with its length.
  public mutating func combine(_ text: String) {
    var word: UInt64 = 0
    var filled = 0
    var count: UInt64 = 0
    for byte in text.utf8 {
      word = word << 8 | UInt64(byte)
      filled += 1
      count += 1
      if filled == 8 {
        combine(word)
        word = 0
        filled = 0
      }
    }
    combine(word)
    combine(count)
  }

  /// Adds an optional number, telling nil from zero.
  @inlinable
  public mutating func combine(_ unit: (some FixedUnit)?) {
    combine(unit != nil)
    if let unit { combine(unit.value) }
  }

  /// The digest so far.
  public var value: UInt64 {
    let product = state.multipliedFullWidth(by: 0xE703_7ED1_A0B4_28DB)
    return product.high ^ product.low
  }
}
