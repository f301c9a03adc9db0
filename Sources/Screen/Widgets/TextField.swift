/// One line of text that is being typed, and where its cursor stands.
///
/// Understands the keys of every shell: arrows, Home, End, Ctrl-A, E, U, K, W and Alt-B, F, D.
public struct TextField: Equatable, Sendable {
  /// What was typed.
  public private(set) var text: String
  /// Characters before the cursor.
  public private(set) var cursor: Int
  /// Characters it holds at most.
  public let limit: Int

  /// A field with the cursor at its end.
  public init(_ text: String = "", limit: Int = 256) {
    self.limit = limit
    self.text = String(text.prefix(limit))
    cursor = self.text.count
  }

  /// Replaces all of the text and moves the cursor to its end.
  public mutating func set(_ text: String) {
    self = TextField(text, limit: limit)
  }

  /// Edits the text; false for a key that is none of its own.
  public mutating func handle(_ key: Key) -> Bool {
    switch key {
    case .character(let character): insert(String(character))
    case .paste(let text): insert(Self.oneLine(text))
    case .backspace: remove(max(0, cursor - 1)..<cursor)
    case .delete, .control("d"): remove(cursor..<min(text.count, cursor + 1))
    case .left, .control("b"): cursor = max(0, cursor - 1)
    case .right, .control("f"): cursor = min(text.count, cursor + 1)
    case .home, .control("a"): cursor = 0
    case .end, .control("e"): cursor = text.count
    case .control("u"): remove(0..<cursor)
    case .control("k"): remove(cursor..<text.count)
    case .control("w"): remove(wordStart..<cursor)
    case .wordLeft, .alternate("b"): cursor = wordStart
    case .wordRight, .alternate("f"): cursor = wordEnd
    case .deleteWord, .alternate("d"): remove(cursor..<wordEnd)
    default: return false
    }
    return true
  }

  /// Draws the text in the first row of a rectangle so that the cursor is in sight.
  ///
  /// - Parameter hasCursor: whether the terminal's cursor is put there.
  public func draw(
    into frame: inout Frame, in rect: Rect, _ style: Style = .plain, hasCursor: Bool
  ) {
    guard !rect.isEmpty else { return }
    frame.clear(rect.row(0), style)
    let before = String(text.prefix(cursor))
    let column = TextWidth.columns(of: before)
    let hidden = max(0, column - rect.width + 1)
    frame.draw(text, at: Point(x: rect.x - hidden, y: rect.y), style, in: rect.row(0))
    if hasCursor { frame.cursor = Point(x: rect.x + column - hidden, y: rect.y) }
  }

  private mutating func insert(_ more: String) {
    let room = limit - text.count
    guard room > 0 else { return }
    let added = String(more.prefix(room))
    text.insert(contentsOf: added, at: index(cursor))
    cursor = min(text.count, cursor + added.count)
  }

  private mutating func remove(_ range: Range<Int>) {
    text.removeSubrange(index(range.lowerBound)..<index(range.upperBound))
    cursor = range.lowerBound
  }

  private func index(_ offset: Int) -> String.Index {
    text.index(text.startIndex, offsetBy: offset)
  }

  private var wordStart: Int {
    let characters = Array(text)
    var position = cursor
    while position > 0, characters[position - 1] == " " { position -= 1 }
    while position > 0, characters[position - 1] != " " { position -= 1 }
    return position
  }

  private var wordEnd: Int {
    let characters = Array(text)
    var position = cursor
    while position < characters.count, characters[position] == " " { position += 1 }
    while position < characters.count, characters[position] != " " { position += 1 }
    return position
  }

  /// Pasted text as one line: line ends become spaces, an Enter in it is never pressed.
  private static func oneLine(_ text: String) -> String {
    let kept = text.split(whereSeparator: \.isNewline).joined(separator: " ")
    return String(kept.filter { $0.unicodeScalars.allSatisfy { TextWidth.columns(of: $0) != nil } })
  }
}
