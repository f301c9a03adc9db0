import Yams

/// One settings file as a tree of YAML nodes, after everything that can be wrong with its bytes.
struct SettingsText {
  /// Larger than any settings file that a person writes; bounds what the YAML parser may do.
  static let sizeLimit = 256 << 10

  let file: String
  /// The root, nil when the file has no content.
  let root: Node?

  /// Reads the bytes of a file.
  init(file: String, bytes: [UInt8]) throws(SettingsProblem) {
    self.file = file
    guard bytes.count <= Self.sizeLimit else {
      throw SettingsProblem(
        .file(file), .tooLarge(bytes: bytes.count, limit: Self.sizeLimit))
    }
    let text = try Self.text(file, bytes)
    try Self.refuseWhatIsNotUsed(file, text)
    root = try Self.compose(file, text)
  }

  private static func text(_ file: String, _ bytes: [UInt8]) throws(SettingsProblem) -> String {
    if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
      throw SettingsProblem(.file(file), .notUTF8("it is UTF-16; save it as UTF-8"))
    }
    let body = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes[3...] : bytes[...]
    if body.contains(0) {
      throw SettingsProblem(.file(file), .notUTF8("it has zero bytes, as UTF-16 has"))
    }
    guard let text = String(validating: body, as: UTF8.self) else {
      throw SettingsProblem(
        .line(file: file, line: firstBadLine(body), column: 1),
        .notUTF8("this line has bytes that are no letters"))
    }
    return text
  }

  private static func firstBadLine(_ bytes: ArraySlice<UInt8>) -> Int {
    let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    let index = lines.firstIndex { String(validating: $0, as: UTF8.self) == nil }
    return (index.map { $0 - lines.startIndex } ?? 0) + 1
  }

  /// Refuses tabs in the indentation, which the parser reports badly, and anchors, which it would
  /// multiply without a bound.
  private static func refuseWhatIsNotUsed(_ file: String, _ text: String) throws(SettingsProblem) {
    for (index, line) in text.split(
      separator: "\n", omittingEmptySubsequences: false
    ).enumerated() {
      let indentation = line.prefix { $0 == " " || $0 == "\t" }
      if let tab = indentation.firstIndex(of: "\t") {
        let column = line.distance(from: line.startIndex, to: tab) + 1
        throw SettingsProblem(.line(file: file, line: index + 1, column: column), .tab)
      }
      if let column = anchorColumn(in: line) {
        throw SettingsProblem(
          .line(file: file, line: index + 1, column: column), .notUsedHere("anchors and aliases"))
      }
    }
  }

  /// Returns where a value of the line begins with `&` or `*`, outside of quotes and comments.
  private static func anchorColumn(in line: Substring) -> Int? {
    var quote: Character?
    var startsValue = true
    for (offset, letter) in line.enumerated() {
      if let open = quote {
        if letter == open { quote = nil }
        continue
      }
      switch letter {
      case "#" where startsValue: return nil
      case "\"", "'": if startsValue { quote = letter }
      case "&" where startsValue, "*" where startsValue: return offset + 1
      case " ", ":", "-", "[", "{", ",":
        // Only after one of these can a value begin; a space changes nothing.
        if letter != " " { startsValue = true }
        continue
      default: break
      }
      startsValue = false
    }
    return nil
  }

  private static func compose(_ file: String, _ text: String) throws(SettingsProblem) -> Node? {
    do {
      // The core schema would turn words into numbers and dates; here every value stays text.
      return try Yams.compose(yaml: text, .basic)
    } catch let error as YamlError {
      throw problem(file, text, error)
    } catch {
      throw SettingsProblem(.file(file), .notYAML(String(describing: error)))
    }
  }

  private static func problem(_ file: String, _ text: String, _ error: YamlError) -> SettingsProblem
  {
    switch error {
    case .scanner(let context, let words, let mark, _),
      .parser(let context, let words, let mark, _),
      .composer(let context, let words, let mark, _):
      SettingsProblem(
        .line(file: file, line: mark.line, column: mark.column),
        .notYAML(words + (context.map { ", \($0.text) that begins at \($0.mark)" } ?? "")))
    case .duplicatedKeysInMapping(let keys, let context):
      duplicate(file, text, key: keys.first, first: context.mark)
    case .reader(let words, _, _, _): SettingsProblem(.file(file), .notYAML(words))
    case .no, .memory, .writer, .emitter, .representer, .dataCouldNotBeDecoded:
      SettingsProblem(.file(file), .notYAML(String(describing: error)))
    }
  }

  /// Finds where a key stands again; the parser only tells where it stood first.
  private static func duplicate(
    _ file: String, _ text: String, key: String?, first: Mark
  ) -> SettingsProblem {
    var line = first.line
    let key = key ?? "?"
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    for index in min(first.line, lines.count)..<lines.count {
      let start = lines[index].prefix { $0 == " " || $0 == "-" }.count
      let rest = lines[index].dropFirst(start)
      guard start + 1 == first.column, rest.hasPrefix(key),
        rest.dropFirst(key.count).hasPrefix(":")
      else { continue }
      line = index + 1
      break
    }
    return SettingsProblem(
      .line(file: file, line: line, column: first.column), .duplicateKey(key))
  }
}
