/// A function fits on a screen.
enum BodyRule {
  /// The wall for the body of a function or of a computed property, in lines.
  static let longest = 60

  /// Tables in the form of a function, one row a case, which no division would make easier to read
  /// or to check: the file and the name, and what a row is.
  static let tables = [
    "Sources/Risk/Denial+Text.swift text": "the sentence of a denial",
    "Sources/Risk/Denial.swift code": "the stable name of a denial",
    "Sources/Engine/Coding/Coding+Commands.swift encode": "the bytes of a command",
    "Sources/Engine/Coding/Coding+PlanCommands.swift encodePlanned": "the bytes of a command",
    "Sources/Simulation/Market/Recording/RecordingProblem.swift description":
      "the sentence of a problem",
  ]

  /// What has a body in braces.
  private static let kinds: Set<Substring> = [
    "func", "init", "init?", "deinit", "subscript", "var",
  ]

  /// A body beyond the wall.
  struct LongBody {
    /// The file and the name.
    let place: String
    let breach: Breach
  }

  /// Returns the functions and computed properties that are too long, tables left out.
  static func breaches(in file: SourceText) -> [Breach] {
    longBodies(of: file).filter { tables[$0.place] == nil }.map(\.breach)
  }

  /// Returns the functions and computed properties that are too long, tables and all.
  ///
  /// It reads the layout that the formatter gives: the brace that opens a body ends a line that is
  /// indented as the declaration, and the one that closes it begins such a line.
  static func longBodies(of file: SourceText) -> [LongBody] {
    file.numbered.compactMap { number, line in
      guard let name = name(in: line.code),
        let length = bodyLength(of: file.lines[(number - 1)...]), length > longest
      else { return nil }
      return LongBody(
        place: "\(file.path) \(name)",
        breach: file.breach(number, "\(name) has \(length) lines; the wall is \(longest)"))
    }
  }

  /// Returns the name of what a line of code declares: that of a function or property, or `init`;
  /// nil where it declares nothing that could have a body.
  static func name(in code: String) -> String? {
    let words = code.split(whereSeparator: { " \t:<{(".contains($0) })
    guard let kind = words.firstIndex(where: { kinds.contains($0) }),
      words[..<kind].allSatisfy({ $0.hasPrefix("@") || ShapeRules.modifiers.contains($0) })
    else { return nil }
    let isNamed = words[kind] == "func" || words[kind] == "var"
    return String(isNamed && kind + 1 < words.count ? words[kind + 1] : words[kind])
  }

  /// Returns the lines between the braces of the declaration that the first line begins; nil where
  /// it has none.
  private static func bodyLength(of lines: ArraySlice<SourceText.Line>) -> Int? {
    func indent(_ line: SourceText.Line) -> Int { line.code.prefix { $0 == " " }.count }
    guard let first = lines.first else { return nil }
    let depth = indent(first)
    func begins(_ line: SourceText.Line, _ starts: String) -> Bool {
      indent(line) == depth && line.code.dropFirst(depth).first.map(starts.contains) == true
    }
    var opening = lines.startIndex
    while !lines[opening].code.hasSuffix("{") || indent(lines[opening]) != depth {
      opening += 1
      // The signature goes on in deeper lines, and in one that ends its parameters.
      guard opening < lines.endIndex,
        indent(lines[opening]) > depth || begins(lines[opening], "){")
      else { return nil }
    }
    let closing = lines[(opening + 1)...].firstIndex { begins($0, "}") }
    return closing.map { $0 - opening - 1 }
  }
}
