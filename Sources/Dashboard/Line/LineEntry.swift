import Screen

/// The command line while it is being typed.
struct LineEntry: Sendable, Equatable {
  var field = TextField(limit: LineWords.longest)
  /// Which earlier line is shown, counted from the newest; nil for the line being typed.
  private var recalled: Int?
  /// What was typed before an earlier line was shown.
  private var draft = ""

  /// Begins with a text.
  init(_ text: String = "") { field.set(text) }

  /// Shows the line before (positive) or after the one that is shown.
  mutating func recall(_ step: Int, of history: [String]) {
    guard !history.isEmpty else { return }
    if recalled == nil { draft = field.text }
    let next = (recalled ?? -1) + step
    if next < 0 {
      recalled = nil
      field.set(draft)
    } else {
      let place = min(next, history.count - 1)
      recalled = place
      field.set(history[history.count - 1 - place])
    }
  }
}
