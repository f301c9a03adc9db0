import Units

/// Why a JSON text was refused, and where.
public struct JSONProblem: Error, Sendable {
  // One word, so that calls which may throw keep their results in registers.
  private let fault: Fault

  private final class Fault: Sendable {
    let reason: Reason
    let offset: Int
    let field: String?

    init(_ reason: Reason, offset: Int, field: String?) {
      self.reason = reason
      self.offset = offset
      self.field = field
    }
  }

  /// States a fault.
  public init(_ reason: Reason, offset: Int, field: String?) {
    fault = Fault(reason, offset: offset, field: field)
  }

  /// What is wrong.
  public var reason: Reason { fault.reason }

  /// How many bytes stand before the fault.
  public var offset: Int { fault.offset }

  /// The last key that was read before the fault; nil when there was none.
  public var field: String? { fault.field }

  /// What can be wrong with a JSON text.
  public enum Reason: Hashable, Sendable {
    /// The text ends inside a value.
    case ended
    /// This byte cannot stand here.
    case unexpectedByte(UInt8)
    /// A value of another kind stands here.
    case wrongKind(found: JSONKind, expected: JSONKind)
    /// A number that we do not take.
    case number(NumberProblem)
    /// A number that does not fit the whole-number type that was asked for.
    case notInRange
    /// A time before 2009 or after 9999: a wrong unit.
    case implausibleTime(Int64)
    /// A control character inside a string.
    case controlCharacter(UInt8)
    /// A backslash that begins no escape, or half of a surrogate pair.
    case invalidEscape
    /// Bytes that are not UTF-8.
    case invalidUTF8
    /// More than ``JSONScanner/maximumDepth`` nested values.
    case tooDeep
    /// Something other than white space follows the document.
    case trailingBytes
    /// An array has fewer elements than its place requires.
    case tooFewElements
    /// An array has more elements than its place allows.
    case tooManyElements
    /// A field that must be there is not.
    case missing(String)
    /// A field stands twice where once is allowed.
    case duplicate(String)
    /// A text is none of those that this field may hold.
    case unknownValue(String)
  }
}

extension JSONProblem: Hashable {
  public static func == (left: JSONProblem, right: JSONProblem) -> Bool {
    left.reason == right.reason && left.offset == right.offset && left.field == right.field
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(reason)
    hasher.combine(offset)
    hasher.combine(field)
  }
}

extension JSONProblem: CustomStringConvertible {
  /// A sentence for people, free of control characters whatever the text held.
  public var description: String {
    let place = field.map { " near \"\(Self.printable($0))\"" } ?? ""
    return "byte \(offset)\(place): \(reason)"
  }

  /// Returns the text with what could move a cursor replaced, cut to 64 characters.
  static func printable(_ text: String) -> String {
    let limit = 64
    var result = ""
    for scalar in text.unicodeScalars.prefix(limit) {
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate,
        .unassigned:
        result.unicodeScalars.append("\u{FFFD}")
      default: result.unicodeScalars.append(scalar)
      }
    }
    return text.unicodeScalars.count > limit ? result + "…" : result
  }
}

extension JSONProblem.Reason: CustomStringConvertible {
  public var description: String {
    switch self {
    case .ended: "the text ends too early"
    case .unexpectedByte(let byte): "\(Self.name(byte)) cannot stand here"
    case .wrongKind(let found, let expected): "expected \(expected), found \(found)"
    case .number(let problem): "\(problem)"
    case .notInRange: "not a whole number in range"
    case .implausibleTime(let milliseconds): "\(milliseconds) ms is not a plausible time"
    case .controlCharacter(let byte): "\(Self.name(byte)) inside a string"
    case .invalidEscape: "an invalid escape sequence"
    case .invalidUTF8: "bytes that are not UTF-8"
    case .tooDeep: "more than \(JSONScanner.maximumDepth) values inside each other"
    case .trailingBytes: "something follows the end of the document"
    case .tooFewElements: "the array is too short"
    case .tooManyElements: "the array is too long"
    case .missing(let name): "\"\(JSONProblem.printable(name))\" is missing"
    case .duplicate(let name): "\"\(JSONProblem.printable(name))\" stands twice"
    case .unknownValue(let text): "\"\(JSONProblem.printable(text))\" is not known here"
    }
  }

  private static func name(_ byte: UInt8) -> String {
    if byte > 0x20, byte < 0x7F { return "'\(Character(Unicode.Scalar(byte)))'" }
    let digits = String(byte, radix: 16, uppercase: true)
    return "byte 0x" + (byte < 0x10 ? "0" : "") + digits
  }
}
