import Screen

/// Turns meanings into the colors and emphasis of a terminal; the only place that knows colors.
public struct Palette: Equatable, Sendable {
  /// Which colors stand for up and down.
  public enum Scheme: String, CaseIterable, Sendable {
    /// Up is green, as in the West.
    case greenRed = "green-red"
    /// Up is blue and down orange, told apart by every common kind of color vision.
    case blueOrange = "blue-orange"
    /// Up is red, as in East Asia.
    case redUp = "red-up"
  }

  /// How one style is drawn.
  public struct Drawn: Hashable, Sendable {
    /// Color of the text.
    public let foreground: TerminalColor
    /// Color behind it.
    public let background: TerminalColor
    /// Emphasis, including what replaces a color that the terminal does not have.
    public let emphasis: Style.Emphasis
  }

  /// Number of colors to use.
  public let level: ColorLevel
  /// Which colors stand for up and down.
  public let scheme: Scheme
  /// Whether the terminal has a light background.
  public let isLight: Bool

  /// A palette for a terminal.
  public init(level: ColorLevel, scheme: Scheme = .greenRed, isLight: Bool = false) {
    self.level = level
    self.scheme = scheme
    self.isLight = isLight
  }

  /// How `style` is drawn.
  public func draw(_ style: Style) -> Drawn {
    switch level {
    case .mono: mono(style)
    case .sixteen: sixteen(style)
    case .indexed, .truecolor: themed(style)
    }
  }

  private func themed(_ style: Style) -> Drawn {
    let theme = Theme(isLight: isLight, scheme: scheme)
    let surface = theme.color(style.surface)
    let ink = surface?.text ?? theme.color(style.ink) ?? (surface == nil ? nil : theme.text)
    let isLoud = style.ink == .danger || style.ink == .live
    return Drawn(
      foreground: ink.map(color) ?? .standard,
      background: surface.map { color($0.back) } ?? .standard,
      emphasis: isLoud ? style.emphasis.union(.bold) : style.emphasis)
  }

  private func color(_ rgb: RGB) -> TerminalColor {
    level == .truecolor ? .rgb(rgb) : .indexed(rgb.nearestIndexed)
  }

  /// The terminal's own sixteen colors; only the first eight are named, for bold brightens them
  /// where there are no more.
  private func sixteen(_ style: Style) -> Drawn {
    var emphasis = style.emphasis
    let (back, on) = sixteenSurface(style.surface, &emphasis)
    let front = on ?? sixteenInk(style.ink, &emphasis)
    return Drawn(
      foreground: front.map { .indexed($0) } ?? .standard,
      background: back.map { .indexed($0) } ?? .standard, emphasis: emphasis)
  }

  private func sixteenInk(_ ink: Ink, _ emphasis: inout Style.Emphasis) -> Int? {
    let (red, green, yellow, blue, cyan) = (1, 2, 3, 4, 6)
    switch ink {
    case .text: return nil
    case .heading:
      emphasis.insert(.bold)
      return nil
    case .muted, .border:
      emphasis.insert(.dim)
      return nil
    case .focus:
      emphasis.insert(.bold)
      return yellow
    case .danger, .live:
      emphasis.insert(.bold)
      return red
    case .gain, .bid, .demandZone:
      return scheme == .greenRed ? green : scheme == .blueOrange ? blue : red
    case .loss, .ask, .supplyZone:
      return scheme == .greenRed ? red : scheme == .blueOrange ? yellow : green
    case .good: return green
    case .warning: return yellow
    case .accent, .series1: return cyan
    }
  }

  private func sixteenSurface(
    _ surface: Surface, _ emphasis: inout Style.Emphasis
  ) -> (back: Int?, text: Int?) {
    let (black, red, green, yellow, blue, white) = (0, 1, 2, 3, 4, 7)
    switch surface {
    case .plain, .overlay, .header: return (nil, nil)
    case .selection, .bar:
      emphasis.insert(.reverse)
      return (nil, nil)
    case .live, .danger:
      emphasis.insert(.bold)
      return (red, white)
    case .demo: return (blue, white)
    case .paper: return (green, black)
    case .warning: return (yellow, black)
    case .bidDepth: return scheme == .redUp ? (red, white) : (green, black)
    case .askDepth: return scheme == .redUp ? (green, black) : (red, white)
    }
  }

  private func mono(_ style: Style) -> Drawn {
    var emphasis = style.emphasis
    switch style.surface {
    case .plain, .overlay, .header: break
    case .selection, .bar, .demo, .paper, .bidDepth, .askDepth: emphasis.insert(.reverse)
    case .live, .danger, .warning: emphasis.formUnion([.reverse, .bold])
    }
    switch style.ink {
    case .heading, .focus, .danger, .live, .warning: emphasis.insert(.bold)
    case .muted, .border: emphasis.insert(.dim)
    case .text, .accent, .gain, .loss, .bid, .ask, .good, .series1, .demandZone,
      .supplyZone:
      break
    }
    return Drawn(foreground: .standard, background: .standard, emphasis: emphasis)
  }
}
