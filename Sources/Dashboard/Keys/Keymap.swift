import Screen

/// One row of the key table: the keys, what they do, and how that is called.
struct KeyRow: Sendable, Equatable {
  let context: KeyContext
  let keys: [Key]
  let action: Action
  /// What the action does, for help and documentation.
  let label: String
  /// A word for the footer, nil when the footer leaves it out.
  let short: String?

  init(
    _ context: KeyContext, _ keys: [Key], _ action: Action, _ label: String, short: String? = nil
  ) {
    self.context = context
    self.keys = keys
    self.action = action
    self.label = label
    self.short = short
  }

  /// The keys by name: `j Down`.
  var keyText: String { keys.map(\.description).joined(separator: " ") }
}

/// The key table. Dispatch, footer, help and documentation come from it and from nothing else.
public enum Keymap {
  static let rows: [KeyRow] = main + help + ticket + confirmation + partialClose + stopForm

  /// The most important first: the footer leaves out what does not fit, from the end.
  private static let main: [KeyRow] = [
    KeyRow(.main, ["?", .function(1)], .help, "show the keys", short: "keys"),
    KeyRow(
      .main, ["q", .control("c")], .quit, "quit (asks while orders or positions are open)",
      short: "quit"),
    KeyRow(
      .main, [.function(8)], .flatten, "close every position and cancel every order",
      short: "flatten"),
    KeyRow(.main, [.function(7)], .cancelEverything, "cancel every order", short: "cancel all"),
    KeyRow(.main, ["b"], .ticketLong, "open the ticket to buy (long)", short: "buy"),
    KeyRow(.main, ["s"], .ticketShort, "open the ticket to sell (short)", short: "sell"),
    KeyRow(.main, ["p"], .partialClose, "close a share of the selected position", short: "close"),
    KeyRow(.main, ["x"], .moveStop, "move the stop of the selected position", short: "stop"),
    KeyRow(.main, ["c"], .cancelSelected, "cancel the selected order", short: "cancel"),
    KeyRow(.main, ["C"], .cancelInstrument, "cancel all orders of the instrument"),
    KeyRow(.main, ["a"], .arm, "arm the screen for a minute; again: disarm", short: "arm"),
    KeyRow(.main, ["H"], .halt, "halt: no new risk until resumed, opening orders are canceled"),
    KeyRow(.main, ["R"], .resume, "resume after a halt (asks first)"),
    KeyRow(.main, ["j", .down], .selectNext, "select the next row"),
    KeyRow(.main, ["k", .up], .selectPrevious, "select the row before"),
    KeyRow(.main, [.tab], .nextPane, "go to the next panel", short: "panel"),
    KeyRow(.main, [.backTab], .previousPane, "go to the panel before"),
    KeyRow(.main, ["1"], .focus(.markets), "go to the markets"),
    KeyRow(.main, ["2"], .focus(.book), "go to the book"),
    KeyRow(.main, ["3"], .focus(.positions), "go to the positions"),
    KeyRow(.main, ["4"], .focus(.orders), "go to the orders"),
    KeyRow(.main, [.escape], .back, "disarm"),
    KeyRow(.main, [.control("z")], .suspend, "put the program into the background"),
  ]

  private static let help: [KeyRow] = [
    KeyRow(.help, [.escape, "?", "q", .function(1)], .back, "close the list", short: "back")
  ]

  private static let ticket: [KeyRow] = [
    KeyRow(.ticket, ["y"], .send, "send the order", short: "send"),
    KeyRow(.ticket, [.tab, .down, .enter], .nextField, "go to the next line", short: "line"),
    KeyRow(.ticket, [.backTab, .up], .previousField, "go to the line before"),
    KeyRow(.ticket, [.right, " "], .chooseNext, "choose the next unit or type", short: "choose"),
    KeyRow(.ticket, [.left], .choosePrevious, "choose the unit or type before"),
    KeyRow(.ticket, [.escape], .back, "close the ticket without sending", short: "back"),
  ]

  private static let confirmation: [KeyRow] = [
    KeyRow(.confirmation, ["y"], .confirm, "yes", short: "yes"),
    KeyRow(.confirmation, [.escape, "n"], .back, "no", short: "no"),
  ]

  private static let partialClose: [KeyRow] = [
    KeyRow(.partialClose, ["1"], .closeShare(quarters: 1), "close 25 %", short: "25%"),
    KeyRow(.partialClose, ["2"], .closeShare(quarters: 2), "close 50 %", short: "50%"),
    KeyRow(.partialClose, ["3"], .closeShare(quarters: 3), "close 75 %", short: "75%"),
    KeyRow(.partialClose, ["4"], .closeShare(quarters: 4), "close 100 %", short: "100%"),
    KeyRow(.partialClose, [.escape], .back, "close nothing", short: "back"),
  ]

  private static let stopForm: [KeyRow] = [
    KeyRow(.stopForm, ["y"], .submitStop, "place the stop", short: "place"),
    KeyRow(.stopForm, [.escape], .back, "leave the stop as it is", short: "back"),
  ]

  /// Returns the row of a key in a context, nil when the key does nothing there.
  static func row(_ key: Key, in context: KeyContext) -> KeyRow? {
    rows.first { $0.context == context && $0.keys.contains(key) }
  }

  /// The table as the README has it.
  public static var markdown: String {
    let sections: [(KeyContext, String)] = [
      (.main, "Anywhere"), (.ticket, "In the ticket"), (.partialClose, "Closing a position"),
      (.stopForm, "Moving a stop"), (.confirmation, "Answering a question"),
      (.help, "In the list of keys"),
    ]
    return sections.map { context, title in
      let lines = rows.filter { $0.context == context }.map { row in
        "| \(row.keys.map { "`\($0)`" }.joined(separator: " ")) | \(row.label) |"
      }
      return "**\(title)**\n\n| key | does |\n|---|---|\n" + lines.joined(separator: "\n")
    }.joined(separator: "\n\n")
  }
}

extension Key: ExpressibleByUnicodeScalarLiteral {}
extension Key: ExpressibleByExtendedGraphemeClusterLiteral {
  /// Takes a character key written in the source.
  public init(extendedGraphemeClusterLiteral value: Character) { self = .character(value) }
}
