import Screen

/// One line of text that is asked for.
struct Prompt: Sendable, Equatable {
  /// What the text is for.
  enum Purpose: Sendable, Equatable {
    case filter
    case note
    case size
  }

  let purpose: Purpose
  var field: TextField
  /// The unit of a size; nil for any other text.
  var unit: SizeUnit?

  /// What stands before the text.
  var label: String {
    switch purpose {
    case .filter: "/"
    case .note: "note: "
    case .size: "size: "
    }
  }
}

/// The list of all actions, narrowed by what is typed.
struct ActionFinder: Sendable, Equatable {
  var field = TextField(limit: 40)
  var picked = 0

  /// The typed words.
  private var words: [Substring] { field.text.lowercased().split(separator: " ") }

  /// The rows of a key table of which label, short word or name contain all typed words.
  func rows(of keymap: Keymap) -> [KeyRow] {
    let words = words
    return keymap.rows.filter { row in
      guard row.context == .main, row.action != .palette else { return false }
      let label = row.label.lowercased()
      if words.allSatisfy({ label.contains($0) }) { return true }
      let all = "\(label) \(row.short ?? "") \(row.action.name)"
      return words.allSatisfy { all.contains($0) }
    }
  }

  /// The lines of the command line that have the typed words in them, for what no key does.
  func lines() -> [String] {
    let words = words
    return LineGrammar.examples.filter { line, effect in
      let all = "\(line) \(effect)".lowercased()
      return words.allSatisfy { all.contains($0) }
    }.map { line, effect in "\(line)  (\(effect))" }
  }
}
