import Engine
import MarketData
import Screen
import TestSupport
import Testing
import Trading
import Units

@testable import Dashboard

/// Every row of the key table, pressed.
struct KeyTests {
  /// The screens that keys are pressed on.
  static let desks: [(String, Desk)] = {
    var armed = Desk.trading()
    armed.press("a")
    var halted = Desk.trading()
    halted.take(.command(.setState(.halted, reason: "test"), .keyboard))
    halted.refresh()
    var desks = [
      ("busy", .trading()), ("armed", armed), ("idle", Desk.idle()), ("new", Desk()),
      ("halted", halted), ("alerted", .alerted()),
    ]
    do {
      var own = Desk.trading()
      own.model.selectedOrder = .order(.exchange(try own.placeLimit()))
      desks += [("proposing", try .proposing()), ("own order", own)]
    } catch {
      Issue.record("\(error)")
    }
    return desks
  }()

  @Test func `T21 every key of the table does what it says or says why not`() {
    var done: Set<KeyPlace> = []
    var refused: [KeyPlace: String] = [:]
    for (name, desk) in Self.desks {
      for row in Keymap.standard.rows {
        for (entry, before) in desk.entries(row.context) {
          for key in row.keys {
            var after = before
            let commands = after.press(key)
            let place = "\(name), \(entry) \(row.context) \(key): \(row.action)"
            if let reason = before.model.disabledReason(of: row.action) {
              #expect(after.model.toast?.text == "\(row.keyText): \(reason)", "\(place)")
              #expect(commands == [], "\(place)")
              refused[KeyPlace(row.context, key)] = reason
            } else {
              let isDone = Effect.isSeen(row.action, before.model, after.model, commands)
              #expect(isDone, "\(place)")
              done.insert(KeyPlace(row.context, key))
            }
          }
        }
      }
    }
    // Every key did its work somewhere; that it says why not is no excuse for never doing it.
    let all = Keymap.standard.rows.flatMap { row in row.keys.map { KeyPlace(row.context, $0) } }
    #expect(Set(all).subtracting(done).map(\.description).sorted() == [])
    // And every action that has a reason not to be done has given it somewhere.
    let reasons = Set(
      refused.keys.compactMap { Keymap.standard.row($0.key, in: $0.context)?.action })
    #expect(
      Set<Action>([
        .bracket(.long), .bracket(.short), .join(.long), .join(.short), .marketOrder, .ticketLong,
        .ticketShort, .partialClose, .moveStop, .moveTarget, .breakEven, .cancelSelected,
        .cancelLast, .cancelInstrument, .amend, .acknowledge, .template, .approve, .dismiss,
        .resume, .nextField,
      ]).subtracting(reasons) == [])
  }

  @Test func `T21 every way into every part of the table was walked`() {
    let walked = Set(
      Self.desks.flatMap { _, desk in
        KeyContext.allCases.flatMap { context in desk.entries(context).map(\.0) }
      })
    #expect(Set(Desk.ways.values.flatMap { $0 }.map(Desk.name)).subtracting(walked) == [])
  }

  @Test func `T21 a key of one part of the table does nothing in the others but type`() {
    let keys = Set(Keymap.standard.rows.flatMap(\.keys))
    var pressed = 0
    for (name, desk) in Self.desks {
      for context in KeyContext.allCases {
        for (entry, before) in desk.entries(context) {
          for key in keys where Keymap.standard.row(key, in: context) == nil {
            // Ctrl-C leaves every form, whatever the table says; some keys work everywhere.
            let main = Keymap.standard.row(key, in: .main)
            guard key != .control("c"), main?.action.worksEverywhere != true else { continue }
            var after = before
            expect(after.press(key), [])
            pressed += 1
            #expect(after.model.context == context, "\(name) \(entry) \(context) \(key)")
            #expect(after.model.isArmed == before.model.isArmed, "\(name) \(context) \(key)")
          }
        }
      }
    }
    #expect(pressed > 5_000)
  }

  @Test func `T21 whatever a footer offers is a key of the table that is in force`() {
    for scene in Scene.all {
      let desk = scene.make()
      for (width, height) in [(80, 24), (120, 40), (200, 60)] {
        let frame = desk.frame(width, height)
        let footer = frame.rows[height - 1]
        for hint in footer.split(separator: "  ").map(String.init) {
          let words = hint.split(separator: " ", maxSplits: 1).map(String.init)
          let isKnown = Keymap.standard.rows.contains { row in
            row.context == desk.model.context && row.short == words.last
              && row.keys.first?.description == words.first
          }
          #expect(isKnown, "\(scene.name) \(width): \(hint)")
        }
      }
    }
  }

  @Test func `every context can be entered and left by Esc`() {
    for context in KeyContext.allCases where context != .main {
      var desk = Self.desks[1].1.entered(context)
      #expect(desk?.model.context == context)
      desk?.press(.escape)
      #expect(desk?.model.context == .main, "\(context)")
    }
  }

  @Test func `no key stands twice in a context`() {
    for context in KeyContext.allCases {
      let keys = Keymap.standard.rows.filter { $0.context == context }.flatMap(\.keys)
      #expect(Set(keys).count == keys.count, "\(context)")
    }
  }

  @Test func `T21 the footer of every context shows keys of the table only, quit or back first`() {
    for context in KeyContext.allCases {
      guard let desk = Self.desks[1].1.entered(context) else { continue }
      let footer = desk.frame(80, 24).rows[23]
      let hints = Keymap.standard.rows.filter { $0.context == context && $0.short != nil }
      let first = hints.first.map { "\($0.keys[0]) \($0.short ?? "")" } ?? ""
      #expect(footer.hasPrefix(" " + first), "\(context)")
      let leaving = context == .main ? "q quit" : "Esc "
      #expect(footer.contains(leaving), "\(context): \(footer)")
    }
  }

  @Test func `T21 the palette lists every action of the panels`() {
    #expect(ActionFinder().rows(of: .standard).count == Keymap.main.count - 1)
  }
}

extension Desk {
  /// The keys that lead from the panels to each part of the table.
  static let ways: [KeyContext: [Key]] = [
    .reading: ["?", "w", "L"], .ticket: ["b", "s"], .marketOrder: ["m"], .line: [":", "i"],
    .confirmation: [.function(8), "q", "R", "A"], .partialClose: ["p"],
    .priceForm: ["x", "t", "r"], .prompt: ["=", "/", "n"], .palette: [.control("p")],
  ]

  static func name(_ way: Key) -> String { "after \(way)" }

  /// The desk after each key that leads to a context from here.
  func entries(_ context: KeyContext) -> [(String, Desk)] {
    guard let ways = Self.ways[context] else { return [("at once", self)] }
    return ways.compactMap { way in
      var desk = self
      desk.press(way)
      return desk.model.context == context ? (Self.name(way), desk) : nil
    }
  }

  /// The desk after the first key that leads to a context; nil when none does from here.
  func entered(_ context: KeyContext) -> Desk? { entries(context).first?.1 }

  /// A trading desk on which a critical alert waits for somebody.
  static func alerted() -> Desk {
    var desk = Desk.trading()
    desk.take(.command(.addAlert("btc > 60100 critical"), .keyboard))
    desk.pass(.seconds(1))
    desk.quote(Sample.bitcoin, 60_200)
    desk.refresh()
    return desk
  }
}

/// A key in a part of the table.
struct KeyPlace: Hashable, CustomStringConvertible {
  let context: KeyContext
  let key: Key

  init(_ context: KeyContext, _ key: Key) {
    self.context = context
    self.key = key
  }

  var description: String { "\(context) \(key)" }
}

/// What a key must have changed.
enum Effect {
  static func isSeen(
    _ action: Action, _ before: DashboardModel, _ after: DashboardModel,
    _ commands: [DashboardCommand]
  ) -> Bool {
    switch action {
    case .focus, .nextPane, .previousPane, .selectNext, .selectPrevious, .pageDown, .pageUp, .zoom,
      .layout, .filter, .sort, .reverseSort, .shorterFrame, .longerFrame, .changeDrawing,
      .cursorBack,
      .cursorForward, .centerLadder, .mask, .help, .why, .alerts, .palette, .back, .pickNext,
      .pickPrevious, .runPicked:
      commands == [] && isLookSeen(action, before, after)
    case .quit: commands == [.quit] || question(after)?.commands == [.quit]
    case .suspend: commands == [.suspend] || question(after)?.commands == [.suspend]
    case .arm: after.isArmed != before.isArmed
    case .sizeDown, .sizeUp: after.working != before.working
    case .typeSize, .note: after.context == .prompt
    case .acknowledge: commands == [.engine(.acknowledge(nil))]
    case .template: after.context == .line && line(after) == "template "
    case .approve:
      question(after)?.commands == before.selectedProposal.map { [.engine(.approve($0.id))] }
    case .dismiss: commands == before.selectedProposal.map { [.engine(.dismiss($0.id))] }
    case .ticketLong: ticket(after)?.side == .long
    case .ticketShort: ticket(after)?.side == .short
    case .join: isSent(after, commands) || (after.context == .confirmation && commands == [])
    case .bracket, .marketSend: isSent(after, commands)
    case .marketOrder: after.sheet == .marketOrder
    case .commandLine: after.context == .line
    case .submitLine: after.toast != nil && after.context == .line
    case .complete, .olderLine, .newerLine: after.context == .line
    case .submitPrompt: isPromptSubmitted(before, after, commands)
    case .nextField, .previousField:
      ticket(after)?.field != ticket(before)?.field
        || priceForm(after)?.field != priceForm(before)?.field
    case .chooseNext, .choosePrevious:
      after.context == before.context && ticket(after)?.field == ticket(before)?.field
    case .send: isSent(after, commands)
    case .partialClose, .closeShare, .moveStop, .moveTarget, .breakEven, .amend, .submitPrice,
      .cancelSelected, .cancelLast, .cancelInstrument, .cancelEverything, .flatten:
      isKept(action, before, after, commands)
    case .halt: commands == [.engine(.setState(.halted, reason: "halted at the keyboard"))]
    case .resume: after.context == .confirmation
    case .confirm: question(before).map { commands == $0.commands } ?? false
    }
  }

  private static func isLookSeen(
    _ action: Action, _ before: DashboardModel, _ after: DashboardModel
  ) -> Bool {
    switch action {
    case .focus(let pane): after.pane == pane
    case .nextPane, .previousPane: after.pane != before.pane
    case .selectNext, .selectPrevious: isSelectionSound(after)
    case .zoom: after.isZoomed != before.isZoomed
    case .layout(let preset): after.preset == preset && !after.isZoomed
    case .filter: after.context == .prompt
    case .sort: after.watchlist.sorting != before.watchlist.sorting
    case .reverseSort: after.watchlist.isAscending != before.watchlist.isAscending
    case .shorterFrame: after.chart.timeFrame.span <= before.chart.timeFrame.span
    case .longerFrame: after.chart.timeFrame.span > before.chart.timeFrame.span
    case .changeDrawing: after.chart.drawing != before.chart.drawing
    case .cursorBack: after.chart.cursor == (before.hasCandles ? 0 : nil)
    case .cursorForward: after.chart.cursor == nil
    case .centerLadder: after.ladderOffset == 0
    case .mask: after.isMasked != before.isMasked
    case .help: after.sheet == .help(0, over: nil)
    case .why: after.sheet == .why(0)
    case .alerts: after.sheet == .alerts(0)
    case .palette: after.context == .palette
    case .back: after.sheet == nil && (before.sheet != nil || after.armedUntil == nil)
    case .pageDown, .pageUp: isSelectionSound(after) && after.context == before.context
    case .pickNext, .pickPrevious: after.context == before.context
    case .runPicked: after.sheet == .help(0, over: nil)
    default: false
    }
  }

  private static func isKept(
    _ action: Action, _ before: DashboardModel, _ after: DashboardModel,
    _ commands: [DashboardCommand]
  ) -> Bool {
    switch action {
    case .partialClose: after.sheet == before.selectedPosition.map(Sheet.partialClose)
    case .moveStop, .moveTarget, .amend: after.context == .priceForm
    case .breakEven:
      commands == before.selectedPosition.map { [.engine(.breakEven($0))] }
    case .cancelSelected, .cancelLast: commands.count == 1
    case .cancelInstrument: commands == [.engine(.cancelAll(before.instrument))]
    case .cancelEverything: commands == [.engine(.cancelAll(nil))]
    case .flatten: question(after)?.commands == [.engine(.flatten(nil))]
    case .closeShare(let quarters): commands == [closing(before, quarters)]
    case .submitPrice:
      commands.count == 1
        ? after.sheet == nil : after.toast?.text.hasPrefix("not sent: ") ?? false
    default: false
    }
  }

  /// An order either leaves or the screen says why it does not.
  private static func isSent(_ after: DashboardModel, _ commands: [DashboardCommand]) -> Bool {
    if case .engine(.open)? = commands.first { return commands.count == 1 && after.sheet == nil }
    return after.toast?.text.hasPrefix("not sent: ") ?? false
  }

  private static func isSelectionSound(_ model: DashboardModel) -> Bool {
    model.instrument.map { id in model.snapshot.pairs.contains { $0.instrument == id } } ?? true
  }

  private static func isPromptSubmitted(
    _ before: DashboardModel, _ after: DashboardModel, _ commands: [DashboardCommand]
  ) -> Bool {
    guard case .prompt(let prompt) = before.sheet else { return false }
    switch prompt.purpose {
    case .size: return after.toast?.text == "size: type a number"
    case .filter: return after.sheet == nil && after.watchlist.filter == prompt.field.text
    case .note: return after.sheet == nil && commands == []
    }
  }

  private static func priceForm(_ model: DashboardModel) -> PriceForm? {
    if case .priceForm(let form) = model.sheet { form } else { nil }
  }

  private static func ticket(_ model: DashboardModel) -> TicketForm? {
    if case .ticket(let form) = model.sheet { form } else { nil }
  }

  private static func line(_ model: DashboardModel) -> String? {
    if case .line(let entry) = model.sheet { entry.field.text } else { nil }
  }

  private static func question(_ model: DashboardModel) -> Dashboard.Confirmation? {
    if case .confirmation(let question) = model.sheet { question } else { nil }
  }

  private static func closing(_ model: DashboardModel, _ quarters: Int) -> DashboardCommand? {
    guard case .partialClose(let key) = model.sheet else { return nil }
    let share = Rate(Fixed(quarters).divided(by: 4, .towardZero))
    return .engine(.close(ClosingIntent(key: key, share: share)))
  }
}

extension DashboardModel {
  /// Whether the chart has anything to put a crosshair on.
  var hasCandles: Bool {
    guard let instrument, let market = snapshot.markets[instrument] else { return false }
    return !market.chartCandles(chart.timeFrame, at: snapshot.at).isEmpty
  }
}
