import AccountData
import Engine
import MarketData
import Risk
import Screen
import Trading
import Units

extension DashboardModel {
  /// How long the screen stays armed.
  static let armedSpan = TimeSpan.minutes(1)

  /// Does what a key of the table means.
  mutating func perform(_ action: Action) -> [DashboardCommand] {
    switch action {
    case .focus, .nextPane, .previousPane, .selectNext, .selectPrevious, .pageDown, .pageUp, .zoom,
      .layout, .filter, .sort, .reverseSort, .shorterFrame, .longerFrame, .changeDrawing,
      .cursorBack,
      .cursorForward, .centerLadder, .mask:
      look(action)
    case .help: sheet = .help(0, over: sheet)
    case .why: sheet = .why(0)
    case .alerts: sheet = .alerts(0)
    case .acknowledge: return [.engine(.acknowledge(nil))]
    case .palette: sheet = .palette(ActionFinder())
    case .pickNext: pick(by: 1)
    case .pickPrevious: pick(by: -1)
    case .runPicked: return runPicked()
    case .back: goBack()
    case .quit: return quit()
    case .suspend: return suspend()
    case .arm: armedUntil = isArmed ? nil : now + Self.armedSpan
    case .sizeDown: changeSize(by: -1)
    case .sizeUp: changeSize(by: 1)
    case .typeSize: ask(.size)
    case .note: ask(.note)
    case .ticketLong: openTicket(.long)
    case .ticketShort: openTicket(.short)
    case .bracket(let side): return sendNow(side, .bracket)
    case .join(let side): return sendNow(side, .join)
    case .marketOrder: sheet = .marketOrder
    case .marketSend(let side): return sendNow(side, .market)
    case .commandLine: sheet = .line(LineEntry())
    case .template: sheet = .line(LineEntry("template "))
    case .submitLine, .complete, .olderLine, .newerLine: return editLine(action)
    case .submitPrompt: return submitPrompt()
    case .nextField, .previousField, .chooseNext, .choosePrevious: edit(action)
    case .send: return send()
    case .partialClose, .closeShare, .moveStop, .moveTarget, .breakEven, .amend, .submitPrice,
      .cancelSelected, .cancelLast, .cancelInstrument, .cancelEverything, .flatten:
      return keep(action)
    case .halt: return [.engine(.setState(.halted, reason: "halted at the keyboard"))]
    case .resume: askToResume()
    case .approve: askToApprove()
    case .dismiss: return selectedProposal.map { [.engine(.dismiss($0.id))] } ?? []
    case .confirm: return confirm()
    }
    return []
  }

  /// Closes what lies above the panels; with nothing there, disarms.
  private mutating func goBack() {
    if case .prompt(let prompt) = sheet, prompt.purpose == .filter { watchlist.filter = "" }
    if sheet == nil {
      armedUntil = nil
      chart.cursor = nil
    }
    if case .help(_, let covered) = sheet {
      sheet = covered
    } else {
      sheet = nil
    }
  }

  private mutating func changeSize(by step: Int) {
    working.move(by: step, chosenInstrument, snapshot.limits)
    say("working size \(workingText)", .accent)
  }

  private mutating func confirm() -> [DashboardCommand] {
    guard case .confirmation(var question) = sheet else { return [] }
    guard question.hears(at: now) else {
      sayTooSoon(.confirm, in: .confirmation)
      return []
    }
    if hasGrown(&question) {
      sheet = .confirmation(question)
      say("not sent: the order has grown since it was shown; look again", .danger)
      return []
    }
    sheet = nil
    if question.opens, labels.isLive, !isArmed {
      say("not sent: LIVE and no longer armed", .danger)
      return []
    }
    if question.commands.contains(.quit) { wantsToQuit = true }
    return question.commands.map { Self.bounded($0, question.orders) }
  }

  /// Says that the key that says yes came before anybody could have read what it is about.
  mutating func sayTooSoon(_ action: Action, in context: KeyContext) {
    // What the screen says already, such as that an order has grown, is more worth reading.
    guard toast == nil else { return }
    say("\(labels.keymap.key(action, in: context)): too soon to have read it; press it again")
  }

  /// The order of a reversal is sent after the closing: not larger then than it was shown.
  private static func bounded(
    _ command: DashboardCommand, _ orders: [AskedOrder]
  ) -> DashboardCommand {
    guard case .engine(.reverse(let key, var intent)) = command,
      let contracts = orders.first?.shown.contracts
    else { return command }
    intent.size = .contracts(contracts)
    return .engine(.reverse(key, intent))
  }

  private mutating func askToResume() {
    sheet = .confirmation(
      Confirmation(
        question: "\(snapshot.modeWord): resume? The bot is \(snapshot.trading.mode.rawValue).",
        details: [snapshot.trading.reason],
        commands: [.engine(.setState(.running, reason: "resumed at the keyboard"))],
        openedAt: now))
  }
}
