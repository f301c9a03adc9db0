import CNCurses
import Screen

/// What is switched on in the terminal besides the full screen, and how it is switched off.
struct Modes {
  /// Switches the modes on; sent after the full screen was entered.
  let enter: String
  /// Switches them off; sent before the full screen is left.
  let leave: String
  /// Gives the terminal back from any state, without asking what was on.
  let restore: String
  /// Encloses a frame so that it is shown at once; empty where that is not understood.
  let begin: String
  /// The end of a frame.
  let end: String
  /// Whether the title of the window can be set.
  let hasTitle: Bool

  /// Sequences for a terminal.
  ///
  /// Source: xterm control sequences (1004 focus, 2004 bracketed paste, 1000/1002/1006 mouse,
  /// 22 t and 23 t title stack); the kitty keyboard protocol (`CSI > 1 u`); contour's
  /// synchronized output (2026).
  init(_ profile: TerminalProfile, usesMouse: Bool) {
    hasTitle = profile.isModern
    let leaveScreen = Modes.capability("rmcup")
    let plain = Modes.capability("sgr0") + Modes.capability("op") + Modes.capability("cnorm")
    guard profile.isModern else {
      (enter, leave, begin, end) = ("", "", "", "")
      restore = plain + leaveScreen + "\r\n"
      return
    }
    let savesTitle = Modes.capability("smcup").contains("\u{1B}[22")
    let mouseOn = usesMouse ? "\u{1B}[?1000h\u{1B}[?1002h\u{1B}[?1006h" : ""
    let mouseOff = "\u{1B}[?1006l\u{1B}[?1002l\u{1B}[?1000l"
    let modesOff = "\u{1B}[<u\u{1B}[?2004l\u{1B}[?1004l" + mouseOff
    begin = "\u{1B}[?2026h"
    end = "\u{1B}[?2026l"
    enter = (savesTitle ? "" : "\u{1B}[22;0t") + "\u{1B}[?1004h\u{1B}[?2004h\u{1B}[>1u" + mouseOn
    leave = modesOff + (savesTitle ? "" : "\u{1B}[23;0t")
    restore = end + leave + plain + leaveScreen + "\r"
  }

  /// A string of the terminfo entry, without padding marks.
  private static func capability(_ name: String) -> String {
    guard let text = cn_capability(name) else { return "" }
    var result = String(cString: text)
    while let start = result.firstRange(of: "$<"),
      let close = result[start.upperBound...].firstIndex(of: ">")
    {
      result.removeSubrange(start.lowerBound...close)
    }
    return result
  }

  /// The sequence that names the window; what is not safe in `title` is replaced.
  func title(_ title: String) -> String {
    guard hasTitle else { return "" }
    return "\u{1B}]2;" + Self.clean(title) + "\u{7}"
  }
}

extension Modes {
  /// Text without anything that could end the sequence it stands in.
  private static func clean(_ text: String) -> String {
    var clean = ""
    var glyphs = Glyphs(text)
    while let glyph = glyphs.next() {
      if let scalar = Unicode.Scalar(glyph.scalar) { clean.unicodeScalars.append(scalar) }
    }
    return clean
  }
}
