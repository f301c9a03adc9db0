/// How many colors are drawn.
public enum ColorSetting: String, Sendable, Hashable, CaseIterable {
  /// What the terminal says it can; none when `NO_COLOR` is set.
  case automatic = "auto"
  /// None: emphasis only.
  case mono
  /// The sixteen of the terminal's own palette.
  case sixteen = "16"
  /// The xterm palette of 256.
  case indexed = "256"
  /// Any.
  case truecolor
}

/// Which colors stand for up and down.
public enum SchemeSetting: String, Sendable, Hashable, CaseIterable {
  /// Up is green.
  case greenRed = "green-red"
  /// Up is blue and down orange, told apart by every common kind of color vision.
  case blueOrange = "blue-orange"
  /// Up is red, as in East Asia.
  case redUp = "red-up"
}

/// What the terminal's background is like.
public enum BackgroundSetting: String, Sendable, Hashable, CaseIterable {
  /// What the terminal says.
  case automatic = "auto"
  /// Light letters on dark.
  case dark
  /// Dark letters on light.
  case light
}

/// Which characters are drawn.
public enum GlyphSetting: String, Sendable, Hashable, CaseIterable {
  /// What the locale allows.
  case automatic = "auto"
  /// Only ASCII.
  case ascii
}

/// How the dashboard looks: `display.yaml`.
public struct DisplaySettings: Sendable, Hashable {
  /// How many colors are drawn.
  public var color = ColorSetting.automatic
  /// Which colors stand for up and down.
  public var scheme = SchemeSetting.greenRed
  /// What the background is like.
  public var background = BackgroundSetting.automatic
  /// Which characters are drawn.
  public var glyphs = GlyphSetting.automatic
  /// Whether mouse events are asked for; selecting text then needs Shift.
  public var mouse = false
  /// The most frames in a second while only the market moves; a key is drawn at once.
  public var framesPerSecond = 10

  /// The defaults.
  public init() {}
}

extension DisplaySettings {
  mutating func read(_ map: SettingsMap) {
    map.value("color", .word, &color)
    map.value("scheme", .word, &scheme)
    map.value("background", .word, &background)
    map.value("glyphs", .word, &glyphs)
    map.value("mouse", .flag, &mouse)
    map.value("framesPerSecond", .count(1...30, example: 10), &framesPerSecond)
  }
}
