import Screen

/// What the user asked of the screen.
public struct TerminalOptions: Sendable {
  /// The environment of the process: `TERM`, `COLORTERM`, `NO_COLOR`, `COLORFGBG`, `TMUX`.
  public var environment: [String: String]
  /// Number of colors to use instead of what the environment says; from `--color`.
  public var color: ColorLevel?
  /// Which colors stand for up and down.
  public var scheme: Palette.Scheme
  /// Whether the background is light, instead of what the environment says.
  public var isLight: Bool?
  /// Whether only ASCII is drawn, whatever the locale.
  public var isASCII: Bool
  /// Whether mouse events are asked for; selecting text then needs Shift.
  public var usesMouse: Bool
  /// The terminal to use instead of the one standard output goes to.
  public var device: String?
  /// The open file that gets standard output and error while the screen is drawn; nil leaves them.
  public var log: Int32?
  /// Printed on the normal screen after a crash; where the log is, ending with a line feed.
  public var crashNote: String

  /// Options by default: all found out from the environment.
  public init(
    environment: [String: String], color: ColorLevel? = nil, scheme: Palette.Scheme = .greenRed,
    isLight: Bool? = nil, isASCII: Bool = false, usesMouse: Bool = false, device: String? = nil,
    log: Int32? = nil, crashNote: String = ""
  ) {
    self.environment = environment
    self.color = color
    self.scheme = scheme
    self.isLight = isLight
    self.isASCII = isASCII
    self.usesMouse = usesMouse
    self.device = device
    self.log = log
    self.crashNote = crashNote
  }
}

/// What the environment says about a terminal.
struct TerminalProfile: Equatable {
  /// The value of `TERM`.
  let name: String
  /// Entries of the terminfo database to try, best first.
  let types: [String]
  /// Number of colors to use.
  let level: ColorLevel
  /// Whether the background is light.
  let isLight: Bool
  /// Whether it is a terminal emulator that understands, or at least ignores, private modes.
  let isModern: Bool

  init(_ options: TerminalOptions) throws(TerminalError) {
    let environment = options.environment
    guard let name = environment["TERM"], !name.isEmpty else { throw .unknownTerminal("") }
    guard name != "dumb" else { throw .dumbTerminal(name) }
    self.name = name
    level = Self.level(name, options)
    isLight = options.isLight ?? Self.isLight(environment["COLORFGBG"])
    isModern = !["linux", "vt", "ansi", "cons", "sun"].contains { name.hasPrefix($0) }
    types = level == .truecolor ? Self.directTypes(name, environment) + [name] : [name]
  }

  /// The level by option, then `NO_COLOR`, then `COLORTERM`, then the name of the terminal.
  ///
  /// Source: no-color.org (any value but the empty one); terminfo knows the rest at start.
  private static func level(_ name: String, _ options: TerminalOptions) -> ColorLevel {
    if let color = options.color { return color }
    if let wish = options.environment["NO_COLOR"], !wish.isEmpty { return .mono }
    let claim = options.environment["COLORTERM"]?.lowercased()
    if claim == "truecolor" || claim == "24bit" || name.hasSuffix("-direct") { return .truecolor }
    return .indexed
  }

  /// Entries that take colors by red, green and blue; from the package `ncurses-term`.
  ///
  /// `vte-direct` stands for every terminal that calls itself xterm: it differs from `xterm-direct`
  /// in separating numbers by semicolons, which more terminals understand than colons.
  private static func directTypes(_ name: String, _ environment: [String: String]) -> [String] {
    if name.hasSuffix("-direct") { return [] }
    let family = String(name.prefix { $0 != "-" })
    if environment["TMUX"] != nil || family == "tmux" { return ["tmux-direct"] }
    switch family {
    case "xterm": return name == "xterm-kitty" ? ["kitty-direct"] : ["vte-direct", "xterm-direct"]
    case "screen", "linux": return []
    default: return [family + "-direct", "vte-direct"]
    }
  }

  /// `COLORFGBG` ends with the number of the background; 7 and 15 are the light ones.
  private static func isLight(_ value: String?) -> Bool {
    guard let last = value?.split(separator: ";").last, let number = Int(last) else { return false }
    return number == 7 || number == 15
  }
}
