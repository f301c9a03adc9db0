import Glibc
import Terminal

/// What a second process says of the terminal that it lends to a run without a screen: where it is,
/// and what its environment tells of it. One line of the control socket, parted by tabs.
struct ScreenLoan {
  /// The terminal's file, such as `/dev/pts/3`.
  let device: String
  /// What of the environment is about the terminal.
  let environment: [String: String]
  /// Whether only ASCII is drawn.
  let isASCII: Bool

  /// The verbs of the control socket.
  static let attach = "text attach"
  static let isAttached = "text attached"
  static let detach = "text detach"

  private static let names = [
    "TERM", "COLORTERM", "NO_COLOR", "COLORFGBG", "TMUX", "LC_ALL", "LC_CTYPE", "LANG",
  ]

  /// The terminal of this process, or nil where standard output is none.
  init?(environment: [String: String], isASCII: Bool) {
    guard isatty(STDIN_FILENO) == 1, isatty(STDOUT_FILENO) == 1, let name = ttyname(STDOUT_FILENO)
    else { return nil }
    device = String(cString: name)
    self.environment = environment.filter { Self.names.contains($0.key) }
    self.isASCII = isASCII
  }

  /// Reads it from a line, nil when the line is none.
  init?(line: String) {
    let parts = line.split(separator: "\t", omittingEmptySubsequences: false)
    guard parts.count >= 3, parts[0] == Self.attach, parts[1].hasPrefix("/dev/") else { return nil }
    device = String(parts[1])
    isASCII = parts[2] == "ascii"
    var found: [String: String] = [:]
    for part in parts.dropFirst(3) {
      let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard pair.count == 2, Self.names.contains(String(pair[0])) else { return nil }
      found[String(pair[0])] = String(pair[1])
    }
    environment = found
  }

  /// The line. What would break it is left out.
  var line: String {
    let kept = environment.filter { !$0.value.contains { $0 == "\t" || $0.isNewline } }
    let variables = kept.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    return ([Self.attach, device, isASCII ? "ascii" : "any"] + variables).joined(separator: "\t")
  }
}
