/// What a piece of text means; the terminal's palette turns it into a color.
///
/// Nothing in the pure code knows a color. A meaning is also never carried by color alone: the text
/// beside it says the same with a sign, an arrow or a word.
public enum Ink: UInt8, CaseIterable, Sendable {
  /// Ordinary text in the terminal's own foreground.
  case text
  /// Text of lesser weight: units, labels, stale values.
  case muted
  /// Column headers and captions.
  case heading
  /// Lines around panels.
  case border
  /// Lines around the panel that has the keys.
  case focus
  /// A key, a link, the selected thing.
  case accent
  /// A profit or a rising price.
  case gain
  /// A loss or a falling price.
  case loss
  /// The buying side of a book or order.
  case bid
  /// The selling side of a book or order.
  case ask
  /// Something that deserves a look.
  case warning
  /// Something that can cost money now.
  case danger
  /// All is well.
  case good
  /// Real money.
  case live
  /// A line of a chart.
  case series1
  /// A zone of demand in a chart.
  case demandZone
  /// A zone of supply in a chart.
  case supplyZone
}

/// What lies behind a piece of text; the terminal's palette turns it into a color.
public enum Surface: UInt8, CaseIterable, Sendable {
  /// The terminal's own background.
  case plain
  /// The selected row.
  case selection
  /// Bars at the top and bottom.
  case bar
  /// Headers of tables.
  case header
  /// A dialog above the rest.
  case overlay
  /// The bar while real money is traded.
  case live
  /// The bar of a demo account.
  case demo
  /// The bar while fills are simulated.
  case paper
  /// A warning across the screen.
  case warning
  /// A danger across the screen.
  case danger
  /// Depth behind the buying side of a book.
  case bidDepth
  /// Depth behind the selling side of a book.
  case askDepth
}

/// How a cell is drawn: what its text means, what lies behind it, and emphasis that needs no color.
public struct Style: Hashable, Sendable {
  /// Emphasis that every terminal can show.
  public struct Emphasis: OptionSet, Hashable, Sendable {
    /// The bits; sixteen of them, so that a style fills four bytes without a gap.
    public let rawValue: UInt16

    /// Emphasis made of the bits of `rawValue`.
    public init(rawValue: UInt16) {
      self.rawValue = rawValue
    }

    /// Heavier strokes.
    public static let bold = Emphasis(rawValue: 1)
    /// Fainter strokes.
    public static let dim = Emphasis(rawValue: 2)
    /// A line below.
    public static let underline = Emphasis(rawValue: 4)
    /// Foreground and background exchanged.
    public static let reverse = Emphasis(rawValue: 8)
  }

  /// What the text means.
  public var ink: Ink
  /// What lies behind the text.
  public var surface: Surface
  /// Emphasis besides color.
  public var emphasis: Emphasis

  /// A style of meaning, background and emphasis.
  public init(_ ink: Ink = .text, on surface: Surface = .plain, _ emphasis: Emphasis = []) {
    self.ink = ink
    self.surface = surface
    self.emphasis = emphasis
  }

  /// Ordinary text on the terminal's own background.
  public static let plain = Style()

  /// The same style with a heavier stroke.
  public var bold: Style { with(.bold) }
  /// The same style, fainter.
  public var dim: Style { with(.dim) }
  /// The same style with foreground and background exchanged.
  public var reversed: Style { with(.reverse) }

  /// The same style with `more` added to its emphasis.
  public func with(_ more: Emphasis) -> Style {
    Style(ink, on: surface, emphasis.union(more))
  }

  /// The same meaning and emphasis on another background.
  public func on(_ surface: Surface) -> Style {
    Style(ink, on: surface, emphasis)
  }
}

extension Style: CustomStringConvertible {
  /// The style in words, as golden frames list it: `loss on selection bold`.
  public var description: String {
    var words = ["\(ink)"]
    if surface != .plain { words.append("on \(surface)") }
    if emphasis.contains(.bold) { words.append("bold") }
    if emphasis.contains(.dim) { words.append("dim") }
    if emphasis.contains(.underline) { words.append("underline") }
    if emphasis.contains(.reverse) { words.append("reverse") }
    return words.joined(separator: " ")
  }
}
