/// Lengths and names.
enum ShapeRules {
  /// The wall for a source file, in lines.
  static let longestSource = 400
  /// The wall for a test file, in lines.
  static let longestTest = 600
  /// The wall for a line, in characters.
  static let widestLine = 100

  /// Endings that say nothing about what a type is.
  static let emptyEndings = [
    "Manager", "Helper", "Helpers", "Utils", "Utilities", "Handler", "Data", "Info", "Service",
  ]

  /// Types that a package names for us, and who does.
  static let namedByOthers = ["FileLogHandler": "swift-log calls it LogHandler"]

  /// Modules may have an empty name; types may not.
  static func breaches(in file: SourceText, isTest: Bool) -> [Breach] {
    var found: [Breach] = []
    let limit = isTest ? longestTest : longestSource
    let count = file.lines.count - (file.lines.last?.text.isEmpty == true ? 1 : 0)
    if count > limit { found.append(file.breach(0, "\(count) lines; the wall is \(limit)")) }
    for (number, line) in file.numbered {
      let width = line.text.count
      if width > widestLine {
        found.append(file.breach(number, "\(width) characters; the wall is \(widestLine)"))
      }
      if let name = typeName(in: line.code),
        let ending = emptyEndings.first(where: { name.hasSuffix($0) }), namedByOthers[name] == nil
      {
        found.append(file.breach(number, "\(name) ends in \(ending), which says nothing"))
      }
    }
    return found
  }

  /// Returns the name of the type that a line of code declares, or nil.
  static func typeName(in code: String) -> String? {
    let words = code.split(whereSeparator: { " \t:<{(".contains($0) })
    let kinds: Set<Substring> = ["struct", "class", "enum", "actor", "protocol", "typealias"]
    guard let kind = words.firstIndex(where: { kinds.contains($0) }), kind + 1 < words.count else {
      return nil
    }
    // Only modifiers and attributes stand before a declaration: not `case struct`, not prose.
    let isDeclaration = words[..<kind].allSatisfy {
      $0.hasPrefix("@") || Self.modifiers.contains($0)
    }
    let name = words[kind + 1]
    guard isDeclaration, name.first?.isUppercase == true else { return nil }
    return String(name)
  }

  /// Words that may stand before the kind of a declaration.
  static let modifiers: Set<Substring> = [
    "public", "package", "internal", "fileprivate", "private", "open", "final", "indirect",
    "static", "class", "mutating", "nonmutating", "nonisolated", "override", "convenience",
    "required", "lazy", "weak", "unowned", "prefix", "postfix", "infix", "borrowing", "consuming",
    "dynamic", "isolated", "set)", "private(set)", "unsafe)",
  ]
}
