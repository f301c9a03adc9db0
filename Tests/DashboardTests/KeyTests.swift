import Engine
import Screen
import TestSupport
import Testing
import Trading
import Units

@testable import Dashboard

/// Every row of the key table, pressed.
struct KeyTests {
  @Test func `T21 every key of the table does what it says or says why not`() {
    for (name, desk) in [("busy", Desk.trading()), ("idle", .idle()), ("new", Desk())] {
      for row in Keymap.rows {
        for key in row.keys {
          guard let before = desk.entered(row.context) else { continue }
          var after = before
          let commands = after.press(key)
          if let reason = before.model.disabledReason(of: row.action) {
            #expect(after.model.toast?.text == "\(row.keyText): \(reason)", "\(name) \(key)")
            #expect(commands == [], "\(name) \(row.context) \(key)")
          } else {
            let isDone = Effect.isSeen(row.action, before.model, after.model, commands)
            #expect(isDone, "\(name) \(row.context) \(key): \(row.action)")
          }
        }
      }
    }
  }

  @Test func `every context can be entered and left by Esc`() {
    for context in KeyContext.allCases where context != .main {
      var desk = Desk.trading().entered(context)
      #expect(desk?.model.context == context)
      desk?.press(.escape)
      #expect(desk?.model.context == .main, "\(context)")
    }
  }

  @Test func `no key stands twice in a context`() {
    for context in KeyContext.allCases {
      let keys = Keymap.rows.filter { $0.context == context }.flatMap(\.keys)
      #expect(Set(keys).count == keys.count, "\(context)")
    }
  }
}

extension Desk {
  /// The desk after the keys that lead to a context; nil when they do not lead there from here.
  func entered(_ context: KeyContext) -> Desk? {
    var desk = self
    switch context {
    case .main: break
    case .help: desk.press("?")
    case .ticket: desk.press("b")
    case .confirmation: desk.press(.function(8))
    case .partialClose: desk.press("p")
    case .stopForm: desk.press("x")
    }
    return desk.model.context == context ? desk : nil
  }
}

/// What a key must have changed.
enum Effect {
  static func isSeen(
    _ action: Action, _ before: DashboardModel, _ after: DashboardModel,
    _ commands: [DashboardCommand]
  ) -> Bool {
    switch action {
    case .focus(let pane): after.pane == pane
    case .nextPane, .previousPane: after.pane != before.pane
    case .selectNext, .selectPrevious: isSelectionSound(after)
    case .help: after.sheet == .help
    case .back: after.sheet == nil && after.armedUntil == nil
    case .quit: commands == [.quit] || isQuestion(after, about: [.quit])
    case .suspend: commands == [.suspend]
    case .arm: after.isArmed != before.isArmed
    case .ticketLong: ticket(after)?.side == .long
    case .ticketShort: ticket(after)?.side == .short
    case .partialClose: after.sheet == before.selectedPosition.map(Sheet.partialClose)
    case .moveStop: after.context == .stopForm
    case .cancelSelected: commands.count == 1
    case .cancelInstrument: commands == [.engine(.cancelAll(before.instrument))]
    case .cancelEverything: commands == [.engine(.cancelAll(nil))]
    case .flatten: isQuestion(after, about: [.engine(.flatten(nil))])
    case .halt: commands == [.engine(.setState(.halted, reason: "halted at the keyboard"))]
    case .resume: after.context == .confirmation
    case .send: isSent(after, commands)
    case .nextField, .previousField: ticket(after)?.field != ticket(before)?.field
    case .chooseNext, .choosePrevious: ticket(after)?.field == ticket(before)?.field
    case .closeShare(let quarters): commands == [closing(before, quarters)]
    case .confirm: question(before).map { commands == $0.commands } ?? false
    case .submitStop: commands.count == 1 && after.sheet == nil
    }
  }

  /// A ticket either leaves as an order or says why it does not.
  private static func isSent(_ after: DashboardModel, _ commands: [DashboardCommand]) -> Bool {
    if case .engine(.open)? = commands.first { return after.sheet == nil }
    return after.toast?.text.hasPrefix("not sent: ") ?? false
  }

  private static func isSelectionSound(_ model: DashboardModel) -> Bool {
    model.instrument.map { id in model.snapshot.pairs.contains { $0.instrument == id } } ?? true
  }

  private static func ticket(_ model: DashboardModel) -> TicketForm? {
    if case .ticket(let form) = model.sheet { form } else { nil }
  }

  private static func question(_ model: DashboardModel) -> Dashboard.Confirmation? {
    if case .confirmation(let question) = model.sheet { question } else { nil }
  }

  private static func isQuestion(
    _ model: DashboardModel, about commands: [DashboardCommand]
  ) -> Bool { question(model)?.commands == commands }

  private static func closing(_ model: DashboardModel, _ quarters: Int) -> DashboardCommand? {
    guard case .partialClose(let key) = model.sheet else { return nil }
    let share = Rate(Fixed(quarters).divided(by: 4, .towardZero))
    return .engine(.close(ClosingIntent(key: key, share: share)))
  }
}
