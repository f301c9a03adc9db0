import Screen

/// One row of the key table: the keys, what they do, and how that is called.
struct KeyRow: Sendable, Equatable {
  let context: KeyContext
  var keys: [Key]
  let action: Action
  /// What the action does, for help and documentation.
  var label: String
  /// A word for the footer, nil when the footer leaves it out.
  var short: String?

  init(
    _ context: KeyContext, _ keys: [Key], _ action: Action, _ label: String, short: String? = nil
  ) {
    self.context = context
    self.keys = keys
    self.action = action
    self.label = label
    self.short = short
  }

  /// The keys by name: `j Down`.
  var keyText: String { keys.map(\.description).joined(separator: " ") }
}

/// The key table. Dispatch, footer, help, palette and documentation come from it and from nothing
/// else.
public struct Keymap: Sendable, Equatable {
  var rows: [KeyRow]

  /// The table as it is without a change by the user.
  public static let standard = Keymap(rows: main + forms)

  /// The table on a screen that is lent: leaving it ends nothing.
  var ofLentScreen: Keymap {
    var table = self
    for index in table.rows.indices {
      guard [.quit, .suspend].contains(table.rows[index].action) else { continue }
      table.rows[index].label = "detach this screen; the program runs on without one"
      if table.rows[index].action == .quit { table.rows[index].short = "detach" }
    }
    return table
  }

  /// Returns the row of a key in a context, nil when the key does nothing there.
  func row(_ key: Key, in context: KeyContext) -> KeyRow? {
    rows.first { $0.context == context && $0.keys.contains(key) }
  }

  /// Returns the row of an action in a context, nil when no key does it there.
  func row(of action: Action, in context: KeyContext) -> KeyRow? {
    // By index: the screen asks a hundred times a frame, and a row is not copied to be looked at.
    rows.indices.first { rows[$0].context == context && rows[$0].action == action }
      .map { rows[$0] }
  }

  /// The name of the first key of an action, for sentences; `no key` where the user left none.
  func key(_ action: Action, in context: KeyContext = .main) -> String {
    row(of: action, in: context)?.keys.first?.description ?? "no key"
  }

  /// The keys of a context that a footer names, the most important first, without those that
  /// nothing is offered for.
  func hints(
    _ context: KeyContext, isOffered: (Action) -> Bool, isEnabled: (Action) -> Bool
  ) -> [KeyHints.Hint] {
    var hints: [KeyHints.Hint] = []
    for index in rows.indices
    where rows[index].context == context && isOffered(rows[index].action) {
      guard let short = rows[index].short, let key = rows[index].keys.first else { continue }
      hints.append(
        KeyHints.Hint(key.description, short, isEnabled: isEnabled(rows[index].action)))
    }
    return hints
  }
}

extension Key: ExpressibleByUnicodeScalarLiteral {}
extension Key: ExpressibleByExtendedGraphemeClusterLiteral {
  /// Takes a character key written in the source.
  public init(extendedGraphemeClusterLiteral value: Character) { self = .character(value) }
}
