/// Takes secrets out of a text, in every form in which they could have come into it: plain, base64,
/// hexadecimal, and as parts of addresses.
public struct Redactor: Sendable {
  private let patterns: [[UInt8]]

  /// What stands in the place of a secret.
  public static let mark = "<secret>"
  /// Shorter ones would be found in innocent words.
  private static let shortest = 6

  /// Knows some secrets.
  public init(_ secrets: [Secret]) {
    var patterns: [[UInt8]] = []
    for secret in secrets {
      let forms = secret.withBytes { bytes in bytes.count < Self.shortest ? [] : Self.forms(bytes) }
      patterns += forms
    }
    // The longest first: a form that contains another is taken whole.
    self.patterns = patterns.sorted { $0.count > $1.count }
  }

  /// Returns the text without them.
  public func clean(_ text: String) -> String {
    var bytes = Array(text.utf8)
    for pattern in patterns { bytes = Self.replace(pattern, in: bytes) }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func replace(_ pattern: [UInt8], in bytes: [UInt8]) -> [UInt8] {
    guard let first = pattern.first, bytes.count >= pattern.count else { return bytes }
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    var place = 0
    while place < bytes.count {
      if bytes[place] == first, bytes.count - place >= pattern.count,
        bytes[place..<(place + pattern.count)].elementsEqual(pattern)
      {
        result += mark.utf8
        place += pattern.count
      } else {
        result.append(bytes[place])
        place += 1
      }
    }
    return result
  }

  private static func forms(_ bytes: UnsafeRawBufferPointer) -> [[UInt8]] {
    let plain = Array(bytes)
    var forms = [
      plain, hexadecimal(plain, "0123456789abcdef"), hexadecimal(plain, "0123456789ABCDEF"),
      inAddress(plain),
    ]
    // In base64 a secret looks different by where it begins: what does not hang on its neighbors.
    for skipped in 0..<3 where plain.count > skipped + 6 {
      let rest = plain.dropFirst(skipped)
      let whole = Array(rest.prefix(rest.count / 3 * 3))
      forms.append(base64(whole, plus: "+", slash: "/"))
      forms.append(base64(whole, plus: "-", slash: "_"))
    }
    return Array(Set(forms))
  }

  private static func hexadecimal(_ bytes: [UInt8], _ digits: StaticString) -> [UInt8] {
    bytes.flatMap { byte in
      [digits.utf8Start[Int(byte >> 4)], digits.utf8Start[Int(byte & 15)]]
    }
  }

  private static func inAddress(_ bytes: [UInt8]) -> [UInt8] {
    bytes.flatMap { byte -> [UInt8] in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
        UInt8(ascii: "_"), UInt8(ascii: "~"):
        [byte]
      default: [UInt8(ascii: "%")] + hexadecimal([byte], "0123456789ABCDEF")
      }
    }
  }

  private static func base64(_ bytes: [UInt8], plus: Character, slash: Character) -> [UInt8] {
    let alphabet = Array(
      ("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789" + [plus, slash]).utf8)
    var result: [UInt8] = []
    var place = 0
    while place + 2 < bytes.count {
      let word = Int(bytes[place]) << 16 | Int(bytes[place + 1]) << 8 | Int(bytes[place + 2])
      for shift in [18, 12, 6, 0] { result.append(alphabet[word >> shift & 63]) }
      place += 3
    }
    return result
  }
}
