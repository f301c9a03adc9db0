@testable import Terminal

extension RGB {
  /// Contrast with another color, 1 to 21.
  ///
  /// Source: WCAG 2.1, contrast ratio and relative luminance.
  func contrast(to other: RGB) -> Double {
    let lighter = max(luminance, other.luminance)
    let darker = min(luminance, other.luminance)
    return (lighter + 0.05) / (darker + 0.05)
  }

  private var luminance: Double {
    0.2126 * Self.linear(red) + 0.7152 * Self.linear(green) + 0.0722 * Self.linear(blue)
  }

  /// Light of one channel; x^2.4 as x^2 times the fifth root of x^2.
  private static func linear(_ channel: UInt8) -> Double {
    let value = Double(channel) / 255
    if value <= 0.03928 { return value / 12.92 }
    let base = (value + 0.055) / 1.055
    return base * base * fifthRoot(base * base)
  }

  /// Newton's method; converges for 0 < value <= 1 within the bound of rounds.
  private static func fifthRoot(_ value: Double) -> Double {
    var root = 1.0
    for _ in 0..<60 {
      let fourth = root * root * root * root
      root -= (root * fourth - value) / (5 * fourth)
    }
    return root
  }
}

extension Theme {
  /// The color of the terminal itself, assumed when its own is used.
  var assumedBackground: RGB { RGB(isLight ? 0xFFFFFF : 0x1E1E1E) }
}
