/// One thing the user did: a key, a paste, a click, or the window gaining or losing the focus.
public enum Key: Hashable, Sendable {
  /// A key that writes a character, with Shift already applied.
  case character(Character)
  /// Ctrl with a key; letters are lower case.
  case control(Character)
  /// Alt with a key that writes a character.
  case alternate(Character)
  /// The arrow up.
  case up
  /// The arrow down.
  case down
  /// The arrow to the left.
  case left
  /// The arrow to the right.
  case right
  /// Home.
  case home
  /// End.
  case end
  /// Page up.
  case pageUp
  /// Page down.
  case pageDown
  /// Insert.
  case insert
  /// Delete, to the right of the cursor.
  case delete
  /// Backspace, to the left of the cursor.
  case backspace
  /// The left arrow with Ctrl or Alt: to the word before.
  case wordLeft
  /// The right arrow with Ctrl or Alt: to the end of the word.
  case wordRight
  /// Delete with Ctrl or Alt: the rest of the word.
  case deleteWord
  /// Tab.
  case tab
  /// Shift with Tab.
  case backTab
  /// Enter.
  case enter
  /// Escape on its own.
  case escape
  /// A function key, 1 to 24.
  case function(Int)
  /// Pasted text as it came, line feeds included; never to be taken for key presses.
  case paste(String)
  /// The window has the focus again.
  case focusGained
  /// The window lost the focus.
  case focusLost
  /// The mouse; only where it was switched on.
  case mouse(Mouse)
}

/// One event of the mouse.
public struct Mouse: Hashable, Sendable {
  /// What the mouse did.
  public enum Action: Hashable, Sendable {
    /// A button went down.
    case press(Button)
    /// A button went up.
    case release(Button)
    /// The mouse moved with a button held.
    case drag(Button)
    /// The wheel turned away from the user.
    case scrollUp
    /// The wheel turned toward the user.
    case scrollDown
  }

  /// A button.
  public enum Button: Hashable, Sendable {
    /// The first button.
    case left
    /// The wheel pressed.
    case middle
    /// The second button.
    case right
  }

  /// What happened.
  public let action: Action
  /// The cell under the pointer.
  public let position: Point

  /// An event at a cell.
  public init(_ action: Action, at position: Point) {
    self.action = action
    self.position = position
  }
}

extension Key: CustomStringConvertible {
  /// The name in the footer, in help and in the key file: `a`, `B`, `Ctrl-P`, `F7`, `Space`,
  /// `PgUp`.
  public var description: String {
    switch self {
    case .character(" "): "Space"
    case .character(let character): String(character)
    case .control(" "): "Ctrl-Space"
    case .control(let character): "Ctrl-" + character.uppercased()
    case .alternate(" "): "Alt-Space"
    case .alternate(let character): "Alt-" + String(character)
    case .function(let number): "F\(number)"
    case .paste: "Paste"
    case .focusGained: "Focus"
    case .focusLost: "Blur"
    case .mouse: "Mouse"
    case .up: "Up"
    case .down: "Down"
    case .left: "Left"
    case .right: "Right"
    case .home: "Home"
    case .end: "End"
    case .pageUp: "PgUp"
    case .pageDown: "PgDn"
    case .insert: "Ins"
    case .delete: "Del"
    case .backspace: "Backspace"
    case .wordLeft: "Ctrl-Left"
    case .wordRight: "Ctrl-Right"
    case .deleteWord: "Ctrl-Del"
    case .tab: "Tab"
    case .backTab: "Shift-Tab"
    case .enter: "Enter"
    case .escape: "Esc"
    }
  }

  /// The key of a name that `description` gives; names of several letters in any case.
  ///
  /// Nil for what is not the name of a key.
  public init?(name: String) {
    if name.count == 1, let character = name.first {
      let isShown = character.unicodeScalars.allSatisfy { TextWidth.columns(of: $0) != nil }
      guard isShown, character != " " else { return nil }
      self = .character(character)
      return
    }
    let lowered = name.lowercased()
    if let known = Self.named.first(where: { $0.description.lowercased() == lowered }) {
      self = known
    } else if lowered.hasPrefix("f"), let number = Int(lowered.dropFirst()),
      (1...24).contains(number), lowered == "f\(number)"
    {
      self = .function(number)
    } else if let last = Self.tail(of: lowered, after: "ctrl-") {
      self = .control(last)
    } else if Self.tail(of: lowered, after: "alt-") != nil {
      self = .alternate(lowered == "alt-space" ? " " : name[name.index(before: name.endIndex)])
    } else {
      return nil
    }
  }

  private static func tail(of name: String, after prefix: String) -> Character? {
    guard name.hasPrefix(prefix) else { return nil }
    let tail = name.dropFirst(prefix.count)
    if tail == "space" { return " " }
    return tail.count == 1 ? tail.first : nil
  }

  private static let named: [Key] = [
    .character(" "), .up, .down, .left, .right, .home, .end, .pageUp, .pageDown, .insert, .delete,
    .backspace, .wordLeft, .wordRight, .deleteWord, .tab, .backTab, .enter, .escape,
  ]
}
