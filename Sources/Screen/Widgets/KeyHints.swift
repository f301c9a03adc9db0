/// A line of keys and what they do, the most important first; what does not fit is left out.
public struct KeyHints: Equatable, Sendable {
  /// One key.
  public struct Hint: Equatable, Sendable {
    /// The key as `Key.description` names it.
    public var key: String
    /// What it does, in one or two words.
    public var label: String
    /// Whether it does something now.
    public var isEnabled: Bool
    /// Color of the key.
    public var ink: Ink

    /// A key and what it does.
    public init(_ key: String, _ label: String, isEnabled: Bool = true, ink: Ink = .accent) {
      self.key = key
      self.label = label
      self.isEnabled = isEnabled
      self.ink = ink
    }
  }

  /// The keys, the most important first.
  public var hints: [Hint]

  /// A line of keys.
  public init(_ hints: [Hint]) {
    self.hints = hints
  }

  /// Draws the keys that fit whole in the first row of a rectangle.
  ///
  /// - Returns: the number of keys drawn.
  @discardableResult
  public func draw(into frame: inout Frame, in rect: Rect, on surface: Surface = .plain) -> Int {
    guard !rect.isEmpty else { return 0 }
    frame.clear(rect.row(0), Style(.text, on: surface))
    var x = rect.x
    for (index, hint) in hints.enumerated() {
      let gap = index == 0 ? 0 : 2
      let width = TextWidth.columns(of: hint.key) + 1 + TextWidth.columns(of: hint.label)
      guard x + gap + width <= rect.endX else { return index }
      let key = Style(hint.isEnabled ? hint.ink : .muted, on: surface)
      let label = Style(hint.isEnabled ? .text : .muted, on: surface)
      x = frame.draw(
        [Span(hint.key, hint.isEnabled ? key.bold : key), Span(" " + hint.label, label)],
        in: Rect(x: x + gap, y: rect.y, width: width, height: 1))
    }
    return hints.count
  }
}
