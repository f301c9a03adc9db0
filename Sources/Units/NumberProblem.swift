/// Why a text is not a number that we take.
public enum NumberProblem: Error, Hashable, Sendable {
  /// The text is empty.
  case empty
  /// The byte at this offset does not fit `-?(0|[1-9]\d*)(\.\d+)?`.
  case malformed(at: Int)
  /// Digits other than zero follow the eighteenth place.
  case tooManyPlaces
  /// The number is beyond what ``Fixed`` holds (about ±1.7 × 10²⁰).
  case outOfRange
}

extension NumberProblem: CustomStringConvertible {
  public var description: String {
    switch self {
    case .empty: "a number is missing"
    case .malformed(let offset): "not a plain decimal number (character \(offset + 1))"
    case .tooManyPlaces: "more than 18 decimal places"
    case .outOfRange: "the number is too large"
    }
  }
}
