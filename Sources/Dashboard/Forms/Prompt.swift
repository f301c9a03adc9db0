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

  /// The rows of a key table whose label contains all typed words.
  func rows(of keymap: Keymap) -> [KeyRow] {
    let words = field.text.lowercased().split(separator: " ")
    return keymap.rows.filter { row in
      guard row.context == .main, row.action != .palette else { return false }
      let label = row.label.lowercased()
      return words.allSatisfy { label.contains($0) }
    }
  }
}
