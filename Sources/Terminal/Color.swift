/// How many colors a terminal shows.
public enum ColorLevel: String, CaseIterable, Comparable, Sendable {
  /// None: emphasis only.
  case mono
  /// The sixteen of the terminal's own palette.
  case sixteen = "16"
  /// The xterm palette of 256.
  case indexed = "256"
  /// Any, by red, green and blue.
  case truecolor

  /// Orders by number of colors.
  public static func < (lhs: ColorLevel, rhs: ColorLevel) -> Bool {
    lhs.rank < rhs.rank
  }

  private var rank: Int {
    switch self {
    case .mono: 0
    case .sixteen: 1
    case .indexed: 2
    case .truecolor: 3
    }
  }
}

/// A color of red, green and blue.
public struct RGB: Hashable, Sendable {
  /// Red, 0 to 255.
  public let red: UInt8
  /// Green, 0 to 255.
  public let green: UInt8
  /// Blue, 0 to 255.
  public let blue: UInt8

  /// The color that is written `0xRRGGBB`.
  public init(_ hex: UInt32) {
    red = UInt8(hex >> 16 & 0xFF)
    green = UInt8(hex >> 8 & 0xFF)
    blue = UInt8(hex & 0xFF)
  }

  /// The color as one number, `0xRRGGBB`.
  public var hex: UInt32 {
    UInt32(red) << 16 | UInt32(green) << 8 | UInt32(blue)
  }

  /// The nearest color of the xterm palette that no terminal theme changes: 16 to 255.
  public var nearestIndexed: Int {
    let steps: [Int] = [0, 95, 135, 175, 215, 255]
    func nearest(_ channel: UInt8) -> Int {
      var best = 0
      for index in steps.indices
      where abs(steps[index] - Int(channel)) < abs(steps[best] - Int(channel)) {
        best = index
      }
      return best
    }
    let (r, g, b) = (nearest(red), nearest(green), nearest(blue))
    let cube = distance(steps[r], steps[g], steps[b])
    let average = (Int(red) + Int(green) + Int(blue)) / 3
    let gray = min(23, max(0, (average - 3) / 10))
    let level = 8 + 10 * gray
    return distance(level, level, level) < cube ? 232 + gray : 16 + 36 * r + 6 * g + b
  }

  private func distance(_ r: Int, _ g: Int, _ b: Int) -> Int {
    let (dr, dg, db) = (r - Int(red), g - Int(green), b - Int(blue))
    return dr * dr + dg * dg + db * db
  }
}

/// A color as a terminal is asked for it.
public enum TerminalColor: Hashable, Sendable {
  /// The terminal's own foreground or background.
  case standard
  /// A number of the terminal's palette.
  case indexed(Int)
  /// Any color.
  case rgb(RGB)
}
