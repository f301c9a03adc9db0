/// A breach of a rule, with its place.
struct Breach: Equatable, CustomStringConvertible {
  let path: String
  /// Counted from one; zero for the whole file.
  let line: Int
  let message: String

  var description: String { "\(path):\(line): \(message)" }
}

/// A Swift file, its code told apart from its comments and texts.
struct SourceText: Sendable {
  /// One line of a file.
  struct Line: Sendable {
    /// As it stands in the file.
    let text: String
    /// Without comments, and with the characters of string literals replaced by spaces.
    let code: String
    /// What stands in comments.
    let comment: String
  }

  /// The folder under `Sources` or `Tests`, such as `Units`.
  let module: String
  /// The path from the root of the project.
  let path: String
  let lines: [Line]

  init(module: String, path: String, _ text: String) {
    self.module = module
    self.path = path
    var splitter = CodeSplitter()
    lines = text.split(separator: "\n", omittingEmptySubsequences: false).map {
      splitter.line(String($0))
    }
  }

  /// The lines with their numbers, counted from one.
  var numbered: some Sequence<(number: Int, line: Line)> {
    lines.enumerated().lazy.map { ($0.offset + 1, $0.element) }
  }

  func breach(_ line: Int, _ message: String) -> Breach {
    Breach(path: path, line: line, message: message)
  }

  /// Whether a comment on the line or directly above says why.
  func hasReason(at number: Int) -> Bool {
    let own = lines[number - 1].comment
    let above = number > 1 && lines[number - 2].code.isBlank ? lines[number - 2].comment : ""
    return [own, above].contains { $0.filter { $0.isLetter }.count >= 12 }
  }
}

extension String {
  /// Whether nothing but white space is in it.
  var isBlank: Bool { allSatisfy { $0.isWhitespace } }

  /// Whether the word occurs with no letter, digit or underscore beside it.
  func containsWord(_ word: String) -> Bool {
    let haystack = Array(utf8)
    let needle = Array(word.utf8)
    guard needle.count <= haystack.count else { return false }
    func isWordByte(_ byte: UInt8) -> Bool {
      byte == UInt8(ascii: "_") || (byte | 0x20) &- UInt8(ascii: "a") < 26
        || byte &- UInt8(ascii: "0") < 10
    }
    let startsAsWord = isWordByte(needle[0])
    let endsAsWord = isWordByte(needle[needle.count - 1])
    for start in 0...(haystack.count - needle.count)
    where haystack[start] == needle[0]
      && haystack[start..<start + needle.count].elementsEqual(needle)
    {
      let end = start + needle.count
      let isFreeBefore = !startsAsWord || start == 0 || !isWordByte(haystack[start - 1])
      let isFreeAfter = !endsAsWord || end == haystack.count || !isWordByte(haystack[end])
      if isFreeBefore && isFreeAfter { return true }
    }
    return false
  }
}

/// Tells code from comments and string literals, line by line.
///
/// Knows line and block comments (nested), string literals with escapes and interpolation, raw
/// literals and literals of several lines. Code inside an interpolation counts as code.
struct CodeSplitter {
  private struct Literal {
    var hashes: Int
    var isMultiline: Bool
    /// Open parentheses of the interpolation that this literal is in; zero while in its text.
    var interpolation = 0
  }

  private var blockDepth = 0
  private var literals: [Literal] = []

  /// Splits the next line of the file.
  mutating func line(_ text: String) -> SourceText.Line {
    let bytes = Array(text.utf8)
    var code: [UInt8] = []
    var comment: [UInt8] = []
    var index = 0
    func starts(_ word: String) -> Bool { bytes[index...].starts(with: word.utf8) }
    while index < bytes.count {
      if blockDepth > 0 {
        if starts("*/") {
          blockDepth -= 1
          index += 2
        } else {
          if starts("/*") { blockDepth += 1 }
          comment.append(bytes[index])
          index += 1
        }
      } else if let literal = literals.last, literal.interpolation == 0 {
        index += inText(bytes, index, literal, &code)
      } else if starts("//") {
        comment.append(contentsOf: bytes[(index + 2)...])
        index = bytes.count
      } else if starts("/*") {
        blockDepth += 1
        index += 2
      } else {
        index += inCode(bytes, index, &code)
      }
    }
    if let last = literals.last, !last.isMultiline, last.interpolation == 0 {
      literals.removeLast()
    }
    return SourceText.Line(
      text: text, code: String(decoding: code, as: UTF8.self),
      comment: String(decoding: comment, as: UTF8.self))
  }

  /// Reads one piece of code; returns how many bytes it took.
  private mutating func inCode(_ bytes: [UInt8], _ index: Int, _ code: inout [UInt8]) -> Int {
    var hashes = 0
    while index + hashes < bytes.count, bytes[index + hashes] == UInt8(ascii: "#") { hashes += 1 }
    let quote = index + hashes
    if quote < bytes.count, bytes[quote] == UInt8(ascii: "\"") {
      let isMultiline = bytes[quote...].starts(with: "\"\"\"".utf8)
      literals.append(Literal(hashes: hashes, isMultiline: isMultiline))
      let length = hashes + (isMultiline ? 3 : 1)
      code.append(contentsOf: bytes[index..<index + length])
      return length
    }
    let byte = bytes[index]
    code.append(byte)
    if var literal = literals.popLast() {
      if byte == UInt8(ascii: "(") { literal.interpolation += 1 }
      if byte == UInt8(ascii: ")") { literal.interpolation -= 1 }
      literals.append(literal)
    }
    return 1
  }

  /// Reads one piece of a literal's text; returns how many bytes it took.
  private mutating func inText(
    _ bytes: [UInt8], _ index: Int, _ literal: Literal, _ code: inout [UInt8]
  ) -> Int {
    let rest = bytes[index...]
    let hashes = String(repeating: "#", count: literal.hashes)
    let end = (literal.isMultiline ? "\"\"\"" : "\"") + hashes
    if rest.starts(with: end.utf8) {
      literals.removeLast()
      code.append(contentsOf: end.utf8)
      return end.utf8.count
    }
    let escape = "\\" + hashes
    if rest.starts(with: (escape + "(").utf8) {
      literals[literals.count - 1].interpolation = 1
      code.append(contentsOf: repeatElement(0x20, count: escape.utf8.count))
      code.append(UInt8(ascii: "("))
      return escape.utf8.count + 1
    }
    let length = rest.starts(with: escape.utf8) ? min(escape.utf8.count + 1, rest.count) : 1
    code.append(contentsOf: repeatElement(0x20, count: length))
    return length
  }
}
