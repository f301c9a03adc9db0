/// The characters of a border.
public struct Borders: Equatable, Sendable {
  /// Upper left corner.
  public let topLeft: Unicode.Scalar
  /// Upper right corner.
  public let topRight: Unicode.Scalar
  /// Lower left corner.
  public let bottomLeft: Unicode.Scalar
  /// Lower right corner.
  public let bottomRight: Unicode.Scalar
  /// Lines at top and bottom.
  public let horizontal: Unicode.Scalar
  /// Lines at both sides.
  public let vertical: Unicode.Scalar

  private init(_ characters: [Unicode.Scalar]) {
    precondition(characters.count == 6, "a border is made of six characters")
    topLeft = characters[0]
    topRight = characters[1]
    bottomLeft = characters[2]
    bottomRight = characters[3]
    horizontal = characters[4]
    vertical = characters[5]
  }

  /// Thin lines.
  public static let light = Borders(["┌", "┐", "└", "┘", "─", "│"])
  /// Thick lines, for the panel that has the keys.
  public static let heavy = Borders(["┏", "┓", "┗", "┛", "━", "┃"])
  /// Double lines, for real money: told from the others without color.
  public static let double = Borders(["╔", "╗", "╚", "╝", "═", "║"])
  /// Thin lines in ASCII.
  public static let asciiLight = Borders(["+", "+", "+", "+", "-", "|"])
  /// The panel that has the keys, in ASCII.
  public static let asciiHeavy = Borders(["*", "*", "*", "*", "-", "|"])
  /// Real money, in ASCII.
  public static let asciiDouble = Borders(["#", "#", "#", "#", "=", "#"])
}

/// The set of characters that drawings are made of.
public struct Glyphset: Equatable, Sendable {
  /// Whether everything is ASCII.
  public let isASCII: Bool
  /// Whether real money is at stake, which has borders of its own.
  public let isLive: Bool

  /// The characters for a terminal of that ability and a mode of that danger.
  public init(isASCII: Bool = false, isLive: Bool = false) {
    self.isASCII = isASCII
    self.isLive = isLive
  }

  /// The border of a panel.
  public func borders(isFocused: Bool) -> Borders {
    switch (isASCII, isLive, isFocused) {
    case (false, true, _): .double
    case (false, false, true): .heavy
    case (false, false, false): .light
    case (true, true, _): .asciiDouble
    case (true, false, true): .asciiHeavy
    case (true, false, false): .asciiLight
    }
  }

  /// A value that rose.
  public var up: String { isASCII ? "^" : "▴" }
  /// A value that fell.
  public var down: String { isASCII ? "v" : "▾" }
  /// What is not known; never a zero.
  public var unknown: String { isASCII ? "-" : "—" }
  /// The mark before the selected row.
  public var pointer: String { isASCII ? ">" : "▸" }
}
