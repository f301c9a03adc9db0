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

  /// The rows whose label contains all typed words.
  var rows: [KeyRow] {
    let words = field.text.lowercased().split(separator: " ")
    return Keymap.main.filter { row in
      let label = row.label.lowercased()
      return row.action != .palette && words.allSatisfy { label.contains($0) }
    }
  }
}
