import AccountData
import Engine

extension DashboardModel {
  /// Ends the program, or asks while something is open.
  mutating func quit() -> [DashboardCommand] {
    let open = OpenThings(self)
    // A screen that was lent is left; the program goes on and watches.
    guard !open.isEmpty, !labels.isLent else {
      wantsToQuit = true
      return [.quit]
    }
    sheet = .confirmation(
      Confirmation(
        question: "\(snapshot.modeWord): quit?", details: whatStays(open), commands: [.quit],
        openedAt: now))
    return []
  }

  /// Stops the process until it is continued, or asks while something is open: a process that was
  /// stopped watches nothing. A screen that was lent is left as by quitting.
  mutating func suspend() -> [DashboardCommand] {
    let open = OpenThings(self)
    guard !open.isEmpty, !labels.isLent else { return [.suspend] }
    sheet = .confirmation(
      Confirmation(
        question: "\(snapshot.modeWord): stop the program until fg?", details: whatWaits(open),
        commands: [.suspend], openedAt: now))
    return []
  }

  /// What becomes of what is open when the program ends.
  private func whatStays(_ open: OpenThings) -> [String] {
    guard open.isKnown else { return [OpenThings.unknown] }
    guard snapshot.modeWord != "PAPER" else {
      return [
        "\(open.text) on paper end with the program.",
        "A paper account begins anew with every run.",
      ]
    }
    return labels.cancelsAtExit ? open.whatIsCanceled : open.whatIsKept
  }

  /// What becomes of what is open while the process is stopped.
  private func whatWaits(_ open: OpenThings) -> [String] {
    let stays =
      !open.isKnown
      ? OpenThings.unknown
      : snapshot.modeWord == "PAPER"
        ? "\(open.text) on paper stand still: no stop fires."
        : "\(open.textAtExchange) stay open at the exchange."
    return [
      stays,
      "Until fg nothing watches them: no missing stop is placed, no alert sent,",
      "and strategies and entries that wait here stand still.",
      "With --headless a program goes on without a screen; attach lends one.",
    ]
  }

  /// A number of things, which may be one.
  static func counted(_ count: Int, _ thing: String) -> String {
    "\(count) \(thing)\(count == 1 ? "" : "s")"
  }
}

/// How many things are open that somebody should watch.
private struct OpenThings {
  let positions: Int
  /// Orders and trigger orders at the exchange.
  let orders: Int
  /// Those of the orders that go when all of ours are canceled.
  let ours: Int
  /// Entries that wait here for the mark price.
  let waiting: Int

  /// Whether the account was read: before, something may be open that nobody has heard of.
  let isKnown: Bool

  init(_ model: DashboardModel) {
    isKnown = model.snapshot.positionsAreKnown && model.snapshot.ordersAreKnown
    let rows = model.orderRows
    positions = model.snapshot.account.positions.held.count
    waiting = rows.count(where: \.isWaiting)
    orders = rows.count - waiting
    ours = rows.count { $0.isCanceledTogether && !$0.isWaiting }
  }

  var isEmpty: Bool { isKnown && positions + orders + waiting == 0 }

  /// What is said where nobody knows.
  static let unknown = "What is open at the exchange is unknown: the account was not read yet."

  /// All of them.
  var text: String { Self.text(positions, orders + waiting) }

  /// Those that the exchange knows.
  var textAtExchange: String { Self.text(positions, orders) }

  /// What becomes of them at an end that keeps orders.
  var whatIsKept: [String] {
    [Self.stays(positions, orders), Self.protection]
      + (waiting > 0
        ? ["\(Self.waits(waiting)) here, until the next start at least."] : [])
  }

  /// What becomes of them at an end that cancels our orders.
  var whatIsCanceled: [String] {
    let staying = orders - ours
    return
      (ours > 0
      ? ["\(DashboardModel.counted(ours, "order")) of ours \(ours == 1 ? "is" : "are") canceled."]
      : [])
      + (positions + staying > 0 ? [Self.stays(positions, staying), Self.protection] : [])
      + (waiting > 0 ? ["\(Self.waits(waiting)) here no longer."] : [])
  }

  private static let protection =
    "Stops that rest there go on to protect; nothing else watches them."

  private static func stays(_ positions: Int, _ orders: Int) -> String {
    "\(text(positions, orders)) stay open at the exchange."
  }

  private static func waits(_ count: Int) -> String {
    count == 1 ? "1 entry waits" : "\(count) entries wait"
  }

  private static func text(_ positions: Int, _ orders: Int) -> String {
    DashboardModel.counted(positions, "position") + " and "
      + DashboardModel.counted(orders, "order")
  }
}
