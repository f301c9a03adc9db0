extension Fixed {
  /// Reads a decimal number: exactly `-?(0|[1-9]\d*)(\.\d+)?`, whole text, no exponent.
  ///
  /// Digits beyond the eighteenth place must be zeros. Nothing is rounded and no prefix is taken.
  public init(_ text: some StringProtocol) throws(NumberProblem) {
    var copy = String(text)
    let result = copy.withUTF8 { bytes in
      Fixed.parsing(UnsafeRawBufferPointer(bytes))
    }
    self = try result.get()
  }

  /// Reads a decimal number from ASCII bytes, by the rules of ``init(_:)-(StringProtocol)``.
  @inlinable
  public init(ascii bytes: UnsafeRawBufferPointer) throws(NumberProblem) {
    self = try Fixed.parsing(bytes).get()
  }

  /// Reads a decimal number from ASCII bytes; the result form for the hot path.
  @inlinable
  public static func parsing(_ bytes: UnsafeRawBufferPointer) -> Result<Fixed, NumberProblem> {
    guard let text = bytes.baseAddress, bytes.count > 0 else { return .failure(.empty) }
    let prefix = FixedPrefix(
      text.assumingMemoryBound(to: UInt8.self), count: bytes.count, from: 0)
    guard prefix.end == bytes.count else { return .failure(.malformed(at: prefix.end)) }
    switch prefix.status {
    case .complete: return .success(prefix.number)
    case .malformed: return .failure(.malformed(at: prefix.end))
    case .tooManyPlaces: return .failure(.tooManyPlaces)
    case .outOfRange: return .failure(.outOfRange)
    }
  }

  /// Returns 10 to the power `exponent`, for 0 through 18.
  @inlinable
  public static func powerOfTen(_ exponent: Int) -> UInt64 {
    // A switch over constants becomes one table look-up; a loop showed in the parse time.
    switch exponent {
    case 0: 1
    case 1: 10
    case 2: 100
    case 3: 1_000
    case 4: 10_000
    case 5: 100_000
    case 6: 1_000_000
    case 7: 10_000_000
    case 8: 100_000_000
    case 9: 1_000_000_000
    case 10: 10_000_000_000
    case 11: 100_000_000_000
    case 12: 1_000_000_000_000
    case 13: 10_000_000_000_000
    case 14: 100_000_000_000_000
    case 15: 1_000_000_000_000_000
    case 16: 10_000_000_000_000_000
    case 17: 100_000_000_000_000_000
    case 18: 1_000_000_000_000_000_000
    default: preconditionFailure("a power of ten between 0 and 18 is held")
    }
  }
}
