import Screen

/// A way for the program to be noticed by somebody who does not look at the screen.
public enum TerminalAttention: Sendable, Hashable {
  /// The bell.
  case bell
  /// A notification that the terminal shows; a terminal that is not known to do so rings instead.
  case notification(title: String, body: String)

  /// The bytes for a terminal with this environment. What could end the sequence or begin another
  /// is taken out of the texts.
  ///
  /// Source: OSC 9 of iTerm2, OSC 777 of urxvt; tmux wants it wrapped and passes it on where
  /// `allow-passthrough` is on.
  public func sequence(_ environment: [String: String]) -> String {
    switch self {
    case .bell: return "\u{7}"
    case .notification(let title, let body):
      let (title, body) = (Self.clean(title), Self.clean(body))
      let plain: String
      switch Self.dialect(environment) {
      case .nine: plain = "\u{1B}]9;\(title): \(body)\u{7}"
      case .sevenSevenSeven: plain = "\u{1B}]777;notify;\(title);\(body)\u{7}"
      case .bell: return "\u{7}"
      }
      guard environment["TMUX"] != nil else { return plain }
      let doubled = String(plain.flatMap { $0 == "\u{1B}" ? "\u{1B}\u{1B}" : String($0) })
      return "\u{1B}Ptmux;\(doubled)\u{1B}\\"
    }
  }

  private enum Dialect {
    case nine, sevenSevenSeven, bell
  }

  private static func dialect(_ environment: [String: String]) -> Dialect {
    let programs = ["iTerm.app", "WezTerm", "ghostty", "WarpTerminal"]
    if environment["TERM_PROGRAM"].map(programs.contains) ?? false { return .nine }
    if environment["WT_SESSION"] != nil { return .nine }
    let isKnown = ["rxvt", "foot", "contour"].contains {
      environment["TERM"]?.hasPrefix($0) ?? false
    }
    return isKnown || environment["KONSOLE_VERSION"] != nil ? .sevenSevenSeven : .bell
  }

  private static func clean(_ text: String) -> String {
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars.prefix(200) {
      let isSafe = scalar.value >= 32 && !(127...159).contains(scalar.value) && scalar != ";"
      result.append(isSafe ? scalar : " ")
    }
    return String(result)
  }
}
