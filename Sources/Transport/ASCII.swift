/// Comparisons for protocol text, where only ASCII letters have case.
nonisolated enum ASCII {
  static func lower(_ byte: UInt8) -> UInt8 {
    (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
  }

  static func isEqualIgnoringCase(_ left: some StringProtocol, _ right: some StringProtocol) -> Bool
  {
    left.utf8.elementsEqual(right.utf8) { lower($0) == lower($1) }
  }

  /// Whether a text can be the name of a header (RFC 9110, section 5.6.2: a token).
  static func isToken(_ text: String) -> Bool {
    !text.isEmpty
      && text.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
          UInt8(ascii: "A")...UInt8(ascii: "Z"):
          true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
      }
  }

  /// Whether a text can be the value of a header: no line breaks or other control characters.
  static func isHeaderValue(_ text: String) -> Bool {
    text.utf8.allSatisfy { ($0 >= 0x20 && $0 != 0x7F) || $0 == 0x09 }
  }

  /// Reads decimal digits only; nil for anything else or a number that is too large.
  static func number(_ text: some StringProtocol) -> Int64? {
    guard !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    return Int64(text)
  }

  /// Returns the text without spaces and tabs at its ends.
  static func trimmed(_ text: Substring) -> Substring {
    let isBlank = { (letter: Character) in letter == " " || letter == "\t" }
    guard let first = text.firstIndex(where: { !isBlank($0) }),
      let last = text.lastIndex(where: { !isBlank($0) })
    else { return "" }
    return text[first...last]
  }
}
