import Screen
import Trading

extension Keymap {
  /// The keys of the panels, the most important first: the footer leaves out what does not fit,
  /// from the end.
  static let main: [KeyRow] = vital + opening + keeping + looking

  private static let vital: [KeyRow] = [
    KeyRow(.main, ["?", .function(1)], .help, "show the keys", short: "keys"),
    KeyRow(
      .main, ["q", .control("c")], .quit, "quit (asks while orders or positions are open)",
      short: "quit"),
    KeyRow(
      .main, [.function(8)], .flatten, "close every position and cancel every order (asks)",
      short: "flatten"),
    KeyRow(
      .main, [.function(7)], .cancelEverything, "cancel every order of ours", short: "cancel all"),
  ]

  private static let opening: [KeyRow] = [
    KeyRow(.main, ["b"], .ticketLong, "open the ticket to buy (long)", short: "buy"),
    KeyRow(.main, ["s"], .ticketShort, "open the ticket to sell (short)", short: "sell"),
    KeyRow(.main, [":"], .commandLine, "type a command, such as buy btc 0.5% sl 1%", short: "cmd"),
    KeyRow(.main, ["p"], .partialClose, "close a share of the selected position", short: "close"),
    KeyRow(.main, ["a"], .arm, "arm one-key orders for a minute; again: disarm", short: "arm"),
    KeyRow(.main, ["["], .sizeDown, "working size down: 1, 2, 5, 10, ..."),
    KeyRow(.main, ["]"], .sizeUp, "working size up"),
    KeyRow(.main, ["="], .typeSize, "type the working size and choose its unit", short: "size"),
    KeyRow(
      .main, ["("], .bracket(.long),
      "armed: buy one risk at market, stop 1 % away, target 2 R"),
    KeyRow(
      .main, [")"], .bracket(.short),
      "armed: sell one risk at market, stop 1 % away, target 2 R"),
    KeyRow(
      .main, ["B"], .join(.long), "armed: join the best bid, post-only, working size"),
    KeyRow(
      .main, ["S"], .join(.short), "armed: join the best ask, post-only, working size"),
    KeyRow(.main, ["m"], .marketOrder, "armed: market order, working size, then its side"),
    KeyRow(.main, ["i"], .template, "type an order by its template"),
  ]

  private static let keeping: [KeyRow] = [
    KeyRow(.main, ["x"], .moveStop, "move the stop of the selected position", short: "stop"),
    KeyRow(.main, ["t"], .moveTarget, "move the target of the selected position", short: "target"),
    KeyRow(.main, ["e"], .breakEven, "stop to break-even, fees and funding paid"),
    KeyRow(.main, ["c"], .cancelSelected, "cancel the selected order", short: "cancel"),
    KeyRow(.main, ["C"], .cancelInstrument, "cancel all our orders of the instrument"),
    KeyRow(.main, ["u"], .cancelLast, "cancel my newest resting order"),
    KeyRow(.main, ["r"], .amend, "change price or size of the selected order"),
    KeyRow(.main, ["H"], .halt, "halt: no new risk until resumed, opening orders are canceled"),
    KeyRow(.main, ["R"], .resume, "resume after a halt (asks first)"),
    KeyRow(.main, ["!"], .acknowledge, "acknowledge the alerts that wait"),
    KeyRow(.main, ["L"], .alerts, "list the alerts: what waits, the rules, what fired"),
    KeyRow(.main, ["w"], .why, "why: what stands in the way of a new order"),
    KeyRow(.main, ["n"], .note, "write a note into the journal"),
    KeyRow(.main, ["A"], .approve, "look at the selected proposal of a strategy, and approve it"),
    KeyRow(.main, ["D"], .dismiss, "dismiss the selected proposal of a strategy"),
  ]

  private static let looking: [KeyRow] = [
    KeyRow(.main, [.tab], .nextPane, "go to the next panel", short: "panel"),
    KeyRow(.main, [.backTab], .previousPane, "go to the panel before"),
    KeyRow(.main, ["1"], .focus(.markets), "go to the markets"),
    KeyRow(.main, ["2"], .focus(.book), "go to the book"),
    KeyRow(.main, ["3"], .focus(.positions), "go to the positions"),
    KeyRow(.main, ["4"], .focus(.orders), "go to the orders"),
    KeyRow(.main, ["5"], .focus(.chart), "go to the chart"),
    KeyRow(.main, ["6"], .focus(.account), "go to the account and its limits"),
    KeyRow(.main, ["7"], .focus(.log), "go to the log of requests and messages"),
    KeyRow(.main, ["8"], .focus(.zones), "go to the strategies, their proposals and the zones"),
    KeyRow(.main, ["9"], .focus(.performance), "go to the performance of this session"),
    KeyRow(.main, ["j", .down], .selectNext, "select the next row; in the book: scroll down"),
    KeyRow(.main, ["k", .up], .selectPrevious, "select the row before; in the book: scroll up"),
    KeyRow(.main, [.pageDown], .pageDown, "a page further down in the panel"),
    KeyRow(.main, [.pageUp], .pageUp, "a page further up in the panel"),
    KeyRow(.main, ["z"], .zoom, "show the panel alone, or all again", short: "zoom"),
    KeyRow(.main, [.function(2)], .layout(.overview), "layout: overview"),
    KeyRow(.main, [.function(3)], .layout(.scalp), "layout: scalp"),
    KeyRow(.main, [.function(4)], .layout(.positions), "layout: positions"),
    KeyRow(.main, [.function(5)], .layout(.research), "layout: research"),
    KeyRow(.main, ["/"], .filter, "filter the markets", short: "filter"),
    KeyRow(.main, ["o"], .sort, "sort the markets by the next figure"),
    KeyRow(.main, ["O"], .reverseSort, "turn the order of the markets around"),
    KeyRow(.main, [","], .shorterFrame, "chart: shorter candles"),
    KeyRow(.main, ["."], .longerFrame, "chart: longer candles"),
    KeyRow(.main, ["g"], .changeDrawing, "chart: candles, line or columns"),
    KeyRow(.main, ["h", .left], .cursorBack, "chart: crosshair into the past"),
    KeyRow(.main, ["l", .right], .cursorForward, "chart: crosshair toward the present"),
    KeyRow(.main, [" "], .centerLadder, "center the book"),
    KeyRow(.main, ["v"], .mask, "hide amounts of money, or show them again"),
    KeyRow(.main, [.control("p")], .palette, "find an action by its name"),
    KeyRow(.main, [.escape], .back, "disarm, put the crosshair away"),
    KeyRow(
      .main, [.control("z")], .suspend,
      "stop the program until fg: nothing is watched (asks as quit does)"),
  ]
}
