/// Everything public says what it is.
enum DocumentationRule {
  private static let kinds: Set<Substring> = [
    "func", "var", "let", "struct", "class", "enum", "actor", "protocol", "typealias", "init",
    "subscript", "associatedtype",
  ]

  /// Members whose meaning the protocol that asks for them has told already.
  private static let witnesses: Set<String> = [
    "description", "debugDescription", "hash", "text", "startIndex", "endIndex", "index",
    "subscript", "makeIterator", "encode", "next", "rawValue", "errorDescription",
    "customMirror", "stringLiteral", "integerLiteral", "id", "Element", "Index", "SubSequence",
    "configuration", "run", "validate", "==", "<", "hashValue",
  ]

  /// A declaration that others can see.
  struct Declaration {
    let line: Int
    let name: String
    /// The public protocol that asks for it, nil for anything else.
    let requiredBy: String?
  }

  /// Returns the public declarations of a file that have no doc comment.
  ///
  /// What a protocol of the project asks for is explained there: it needs no second comment in a
  /// file that names the protocol. `requirements` holds the names that each protocol asks for.
  static func breaches(
    in file: SourceText, requirements: [String: Set<String>] = [:]
  ) -> [Breach] {
    let undocumented = declarations(of: file).filter { !isDocumented(file, $0.line) }
    guard !undocumented.isEmpty else { return [] }
    let told = requirements.filter { name, _ in
      file.lines.contains { $0.code.containsWord(name) }
    }.reduce(into: Set<String>()) { $0.formUnion($1.value) }
    return undocumented.filter { $0.requiredBy != nil || !told.contains($0.name) }
      .map { file.breach($0.line, "\($0.name) is public and has no doc comment") }
  }

  /// Returns the names that the public protocols of some files ask for.
  static func requirements(of files: [SourceText]) -> [String: Set<String>] {
    var result: [String: Set<String>] = [:]
    for declaration in files.flatMap({ declarations(of: $0) }) {
      if let name = declaration.requiredBy { result[name, default: []].insert(declaration.name) }
    }
    return result
  }

  /// Returns what a file declares for all to see, without what explains itself.
  static func declarations(of file: SourceText) -> [Declaration] {
    var found: [Declaration] = []
    // The brace depth at which the members of a public protocol stand; they bear no `public`.
    var depth = 0
    var enclosing: (name: String, depth: Int)?
    // A protocol whose brace is still to come: its list of parents can fill lines.
    var announced: String?
    for (number, line) in file.numbered where !line.code.isEmpty {
      let code = line.code
      let isRequirement = enclosing?.depth == depth
      if isRequirement || code.containsWord("public") || code.containsWord("open"),
        let name = declaration(in: code, isRequirement: isRequirement)
      {
        found.append(
          Declaration(
            line: number, name: name, requiredBy: isRequirement ? enclosing?.name : nil))
      }
      let opens = code.utf8.count { $0 == UInt8(ascii: "{") }
      let closes = code.utf8.count { $0 == UInt8(ascii: "}") }
      if code.containsWord("public"), code.containsWord("protocol") {
        announced = ShapeRules.typeName(in: code)
      }
      if opens > closes, let name = announced {
        enclosing = (name, depth + 1)
        announced = nil
      }
      depth += opens - closes
      if let inside = enclosing, depth < inside.depth { enclosing = nil }
    }
    return found
  }

  /// Returns the name that a line declares for all to see, or nil: nothing, private, or exempt.
  static func declaration(in code: String, isRequirement: Bool) -> String? {
    let words = code.split(whereSeparator: { " \t:<({=,".contains($0) })
    let plain = words.drop { $0.hasPrefix("@") }
    let isPublic = plain.first == "public" || plain.first == "open"
    guard isPublic || isRequirement, let kind = plain.firstIndex(where: { kinds.contains($0) })
    else { return nil }
    let before = plain[..<kind]
    guard
      before.allSatisfy({
        $0.hasPrefix("@") || ShapeRules.modifiers.contains($0) || $0.hasSuffix(")")
      })
    else { return nil }
    // `class func` and `static let` name the kind twice; the last one counts.
    let rest = plain[kind...].drop { kinds.contains($0) && $0 != "init" && $0 != "subscript" }
    let isOperator = code.contains("func ") && !Self.namesWord(after: "func ", in: code)
    guard !isOperator else { return nil }
    let name = rest.first.map(String.init) ?? String(plain[kind])
    if name == "init" {
      let label = plain[kind...].dropFirst().first.map(String.init) ?? ""
      return witnesses.contains(label) || label == "from" && code.contains("Decoder") ? nil : name
    }
    return witnesses.contains(name) ? nil : name
  }

  /// Whether a letter, underscore or back-tick follows the word: an operator has none of them.
  private static func namesWord(after word: String, in code: String) -> Bool {
    guard let range = code.firstRange(of: word) else { return false }
    let next = code[range.upperBound...].first
    return next.map { $0.isLetter || $0 == "_" || $0 == "`" } ?? false
  }

  /// Whether a doc comment stands above the line, attributes between them allowed.
  private static func isDocumented(_ file: SourceText, _ number: Int) -> Bool {
    for line in file.lines[..<(number - 1)].reversed() {
      let text = line.text.drop { $0 == " " || $0 == "\t" }
      if text.hasPrefix("///") || text.hasSuffix("*/") { return true }
      guard text.hasPrefix("@") || text.hasPrefix("#if") || text.hasPrefix("//") else {
        return false
      }
    }
    return false
  }
}
