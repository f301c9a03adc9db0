/// Switches over our own enums name every case, so that a new one is thought about wherever it is
/// read. Held by the pure modules.
///
/// A switch counts as one over an enum when a case of it begins with a dot.
enum SwitchRule {
  /// What is switched over where nobody could name every case, and why.
  static let openSubjects = [
    "key": "most keys of a keyboard mean nothing to what reads them",
    "(key, modifiers)": "most keys of a keyboard have no meaning with modifiers held",
    "scalar.properties.generalCategory": "the enum is the standard library's",
  ]

  /// Files with a switch over the part of the actions that `DashboardModel.perform` sends there:
  /// it names every action, and no other one comes.
  static let partsOfActions: Set<String> = [
    "Sources/Dashboard/Perform+Keeping.swift", "Sources/Dashboard/Perform+Line.swift",
    "Sources/Dashboard/Perform+Looking.swift", "Sources/Dashboard/Perform+Opening.swift",
  ]

  /// Returns the defaults that stand for cases without a name.
  static func breaches(in file: SourceText) -> [Breach] {
    var found: [Breach] = []
    var open: [(indent: Int, subject: String, isOverEnum: Bool)] = []
    for (number, line) in file.numbered {
      let indent = line.code.prefix { $0 == " " }.count
      let code = line.code.dropFirst(indent)
      if code.hasPrefix("default:"), let switched = open.last, switched.isOverEnum,
        !isExpected(switched.subject, code, file)
      {
        found.append(
          file.breach(number, "default: in a switch over \(switched.subject); name the cases"))
      }
      if let last = open.last, indent == last.indent {
        let isDotted = ["case .", "case let .", "case (."].contains { code.hasPrefix($0) }
        // A range without a beginning has two of them.
        if isDotted, !code.hasPrefix("case ..") { open[open.count - 1].isOverEnum = true }
        if code.hasPrefix("}") { open.removeLast() }
      }
      if let subject = subject(of: code) { open.append((indent, subject, false)) }
    }
    return found
  }

  /// Whether the default may stand for cases without a name.
  private static func isExpected(
    _ subject: String, _ code: Substring, _ file: SourceText
  ) -> Bool {
    // A part of an enum that somebody else divides: the others never come, and trap if they do.
    openSubjects[subject] != nil || code.hasPrefix("default: preconditionFailure(")
      || subject == "action" && partsOfActions.contains(file.path)
  }

  /// What a line of code begins to switch over; nil where it begins no switch.
  private static func subject(of code: Substring) -> String? {
    guard code.hasSuffix(" {"), String(code).containsWord("switch") else { return nil }
    let words = code.dropLast(2).split(separator: " ")
    return words.drop { $0 != "switch" }.dropFirst().joined(separator: " ")
  }
}
