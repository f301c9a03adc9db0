/// One parameter of a query, in the letters that go over the wire.
nonisolated struct QueryItem: Hashable, Sendable {
  let name: String
  let value: String

  init(_ name: String, _ value: String) {
    self.name = name
    self.value = value
  }

  /// Returns `?a=b&c=d`, or nothing for no items. What is signed is what is sent, byte for byte.
  static func text(_ items: [QueryItem]) -> String {
    guard !items.isEmpty else { return "" }
    return "?" + items.map { "\($0.name)=\(encoded($0.value))" }.joined(separator: "&")
  }

  /// Percent-encodes everything but letters, digits and `-._~` (RFC 3986, section 2.3).
  private static func encoded(_ value: String) -> String {
    var result: [UInt8] = []
    for byte in value.utf8 {
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
        UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "-"), UInt8(ascii: "."),
        UInt8(ascii: "_"), UInt8(ascii: "~"):
        result.append(byte)
      default:
        let digits = String(byte, radix: 16, uppercase: true)
        result.append(contentsOf: (byte < 16 ? "%0" : "%").utf8)
        result.append(contentsOf: digits.utf8)
      }
    }
    return String(decoding: result, as: UTF8.self)
  }
}
