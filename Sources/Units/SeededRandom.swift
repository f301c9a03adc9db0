/// A random sequence that is the same for the same seed on every machine.
///
/// Source: SplitMix64 of Steele, Lea and Flood, "Fast Splittable Pseudorandom Number Generators".
/// Not for secrets.
public struct SeededRandom: RandomNumberGenerator, Sendable, Hashable {
  /// The seed that this sequence began with, for messages.
  public let seed: UInt64
  /// Where the sequence stands.
  public private(set) var state: UInt64

  /// Starts the sequence of a seed.
  public init(seed: UInt64) {
    self.seed = seed
    state = seed
  }

  /// Returns the next 64 bits.
  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var bits = state
    bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
    bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
    return bits ^ (bits >> 31)
  }

  /// Returns a whole number from zero up to, not including, `bound`, which must be above zero.
  public mutating func below(_ bound: Int) -> Int {
    precondition(bound > 0, "a bound is above zero")
    // Multiply-shift; the bias is below 2⁻³² for every bound that this program uses.
    return Int(truncatingIfNeeded: next().multipliedFullWidth(by: UInt64(bound)).high)
  }

  /// Returns a whole number in a range, both ends included.
  public mutating func within(_ range: ClosedRange<Int>) -> Int {
    range.lowerBound + below(range.count)
  }

  /// Returns true once in `count` draws on average.
  public mutating func oneIn(_ count: Int) -> Bool { below(count) == 0 }

  /// Returns a sequence of its own that is fixed by this one's state, and advances this one.
  public mutating func split() -> SeededRandom { SeededRandom(seed: next()) }
}
