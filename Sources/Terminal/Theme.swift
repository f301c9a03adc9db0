import Screen

/// What every meaning looks like on a dark or a light background, in full color.
///
/// Text reaches a contrast of 4.5 against each background it is drawn on (WCAG 2.1, AA); borders
/// need 3 or less, for they carry nothing that is not said elsewhere.
struct Theme: Sendable {
  let isLight: Bool
  let scheme: Palette.Scheme

  /// Ordinary text on a background of ours.
  var text: RGB { RGB(isLight ? 0x1A1A1A : 0xE8E8E8) }

  func color(_ ink: Ink) -> RGB? {
    switch ink {
    case .text: nil
    case .muted: pick(0x9AA4B2, 0x545D69)
    case .heading: pick(0xA9BFD6, 0x34526F)
    case .border: pick(0x66717F, 0x858B94)
    case .focus: pick(0xF0BE5A, 0x7F4A00)
    case .accent: pick(0x7CC0FF, 0x0B5199)
    case .gain, .bid, .demandZone, .good: rising(ink)
    case .loss, .ask, .supplyZone: falling(ink)
    case .warning: scheme == .blueOrange ? pick(0xE8DC5A, 0x6A5A00) : pick(0xFFBE6B, 0x7F4A00)
    case .danger, .live: pick(0xFF9088, 0xA81612)
    case .series1: pick(0x7CC0FF, 0x0B5199)
    }
  }

  /// The color of a background, and of the text on it where that is not the ink's own.
  func color(_ surface: Surface) -> (back: RGB, text: RGB?)? {
    let white = RGB(0xFFFFFF)
    // Not quite black: a number below eight would be one of the terminal's own colors.
    let black = RGB(0x101010)
    switch surface {
    case .plain: return nil
    case .selection: return (pick(0x263445, 0xD6E7FB), nil)
    case .bar: return (pick(0x232B35, 0xE8ECF1), nil)
    case .header: return (pick(0x1B222B, 0xF0F2F5), nil)
    case .overlay: return (pick(0x171D24, 0xF6F7F9), nil)
    case .live: return (RGB(0xB3140F), white)
    case .demo: return (RGB(0x0B5CAD), white)
    case .paper: return (RGB(0x00695C), white)
    case .warning: return (RGB(0xFFBE6B), black)
    case .danger: return (RGB(0xC22B21), white)
    case .bidDepth: return (depth(isBid: true), nil)
    case .askDepth: return (depth(isBid: false), nil)
    }
  }

  private func pick(_ dark: UInt32, _ light: UInt32) -> RGB {
    RGB(isLight ? light : dark)
  }

  private var green: RGB { pick(0x55DB8E, 0x056331) }
  private var red: RGB { pick(0xFF9088, 0xA81612) }
  private var blue: RGB { pick(0x7CC0FF, 0x0B5199) }
  private var orange: RGB { pick(0xFFBE6B, 0x7F4A00) }

  private func rising(_ ink: Ink) -> RGB {
    if ink == .good { return scheme == .blueOrange ? blue : green }
    return switch scheme {
    case .greenRed: green
    case .blueOrange: blue
    case .redUp: red
    }
  }

  private func falling(_ ink: Ink) -> RGB {
    switch scheme {
    case .greenRed: red
    case .blueOrange: orange
    case .redUp: green
    }
  }

  private func depth(isBid: Bool) -> RGB {
    switch (scheme, isBid) {
    case (.greenRed, true), (.redUp, false): pick(0x12301F, 0xD9F2E2)
    case (.greenRed, false), (.redUp, true): pick(0x3A1B1B, 0xFBE2E0)
    case (.blueOrange, true): pick(0x13293F, 0xD9E9FA)
    case (.blueOrange, false): pick(0x3A2A12, 0xFBEBD3)
    }
  }
}
