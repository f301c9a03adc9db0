/// What a JSON value is, told by its first byte.
@frozen
public enum JSONKind: Sendable, Hashable {
  /// `{ … }`.
  case object
  /// `[ … ]`.
  case array
  /// `"…"`.
  case string
  /// A bare number.
  case number
  /// `true` or `false`.
  case boolean
  /// `null`.
  case null
}

extension JSONKind: CustomStringConvertible {
  public var description: String {
    switch self {
    case .object: "an object"
    case .array: "an array"
    case .string: "a string"
    case .number: "a number"
    case .boolean: "true or false"
    case .null: "null"
    }
  }
}

extension JSONKind {
  /// Returns the kind of value that starts with this byte, or nil when none does.
  @inlinable
  static func starting(with byte: UInt8) -> JSONKind? {
    switch byte {
    case UInt8(ascii: "{"): .object
    case UInt8(ascii: "["): .array
    case UInt8(ascii: "\""): .string
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): .number
    case UInt8(ascii: "t"), UInt8(ascii: "f"): .boolean
    case UInt8(ascii: "n"): .null
    default: nil
    }
  }
}

/// How a number may stand in the text.
@frozen
public enum JSONNumberForm: Sendable, Hashable {
  /// As a JSON number: `12.5`.
  case bare
  /// As a string that holds a number: `"12.5"`.
  case quoted
  /// As either; some exchanges change their mind from channel to channel.
  case either
}
