import AccountData
import Engine
import MarketData
import Screen
import Trading
import Units

extension DashboardModel {
  /// Which keys are in force.
  var context: KeyContext { Self.context(of: sheet) }

  /// Whose keys are asked for: those of what the list of keys lies over.
  var helpedContext: KeyContext {
    if case .help(_, let covered) = sheet { Self.context(of: covered) } else { context }
  }

  private static func context(of sheet: Sheet?) -> KeyContext {
    switch sheet {
    case nil: .main
    case .help, .why, .alerts: .reading
    case .ticket: .ticket
    case .marketOrder: .marketOrder
    case .confirmation: .confirmation
    case .partialClose: .partialClose
    case .priceForm: .priceForm
    case .prompt: .prompt
    case .line: .line
    case .palette: .palette
    }
  }

  /// Returns why an action cannot be done now, nil when it can.
  ///
  /// What reduces risk never waits for arming.
  func disabledReason(of action: Action) -> String? {
    if let unseen = unseenReason(of: action) { return unseen }
    switch action {
    case .ticketLong, .ticketShort: return missingMarket
    case .bracket, .join, .marketOrder, .marketSend:
      return missingMarket ?? (isArmed ? nil : "\(labels.keymap.key(.arm)) arms")
    case .partialClose, .moveStop, .moveTarget:
      return selectedPosition == nil ? "there is no position" : nil
    case .breakEven:
      return selectedPosition == nil ? "there is no position" : movedReason(positionMovedAt)
    case .cancelSelected:
      if selectedOrder == nil { return "there is no order" }
      return hiddenOrdersReason ?? movedReason(orderMovedAt)
    case .amend: return amendProblem ?? hiddenOrdersReason
    case .cancelLast:
      return newestOwnOrder == nil && newestWaiting == nil ? "no order of mine rests" : nil
    case .cancelInstrument:
      guard let id = canceledInstrument, orderRows.contains(where: { $0.instrument == id }) else {
        return "the instrument has no orders"
      }
      return nil
    case .acknowledge:
      return snapshot.alerts.waiting.isEmpty ? "no alert waits" : nil
    case .template: return labels.templates.isEmpty ? "templates.yaml names none" : nil
    case .approve, .dismiss:
      if selectedProposal == nil { return "no strategy proposes anything" }
      return action == .approve ? disabledReason(of: .send) : nil
    case .nextField:
      guard case .priceForm(let form) = sheet, !form.hasSize else { return nil }
      return "it is for the whole position"
    case .chooseNext:
      guard case .prompt(let prompt) = sheet, prompt.unit == nil else { return nil }
      return "only a size has units"
    case .resume:
      return snapshot.trading.mode == .running ? "the bot is running" : disabledReason(of: .send)
    case .send:
      return labels.isLive && !isArmed ? "LIVE: \(labels.keymap.key(.arm)) arms the screen" : nil
    case .shorterFrame, .longerFrame, .changeDrawing, .cursorBack, .cursorForward:
      return hiddenReason(.chart, "chart")
    case .centerLadder: return hiddenReason(.book, "book")
    case .focus, .nextPane, .previousPane, .selectNext, .selectPrevious, .pageDown, .pageUp, .zoom,
      .layout, .filter, .sort, .reverseSort, .mask, .help, .why, .alerts, .palette, .back, .quit,
      .suspend,
      .arm,
      .sizeDown, .sizeUp, .typeSize, .commandLine, .closeShare, .cancelEverything, .flatten, .halt,
      .note, .previousField, .choosePrevious, .submitPrice, .confirm,
      .submitPrompt, .submitLine, .complete, .olderLine, .newerLine, .runPicked, .pickNext,
      .pickPrevious:
      return nil
    }
  }

  /// Whether the form that is open has a use for an action: one without a second line names no key
  /// that goes there.
  func isOffered(_ action: Action) -> Bool {
    guard action == .nextField, case .priceForm(let form) = sheet else { return true }
    return form.hasSize
  }

  /// Why an action is not done on a screen on which its form cannot be seen. What reduces risk by
  /// one key, or by a question, is done on any.
  private func unseenReason(of action: Action) -> String? {
    guard let size, !size.isUsable else { return nil }
    if action == .confirm {
      guard case .confirmation(let question) = sheet, question.opens else { return nil }
    } else if action == .acknowledge {
      if TinyScreen.showsMessage(self, size) { return nil }
    } else if !action.sends, action != .submitLine {
      return nil
    }
    return "too small to see it: \(Size.leastUsable.text) at least"
  }

  /// Why the selected order is not acted on: nobody sees which one it is.
  private var hiddenOrdersReason: String? { hiddenReason(.orders, "orders") }

  /// Why nothing is done to a panel that is not in sight: nobody would see it.
  private func hiddenReason(_ pane: Pane, _ name: String) -> String? {
    guard let size else { return nil }
    let isSeen = size.isUsable && areas(size)[pane] != nil
    return isSeen ? nil : "\(labels.keymap.key(.focus(pane))) shows the \(name)"
  }

  /// Why what is selected is not acted on yet: the selection went there by itself.
  private func movedReason(_ moment: Timestamp?) -> String? {
    guard let moment, now - moment < KeyGuard.pause else { return nil }
    return "the selection has just moved: look again"
  }

  /// The instrument whose orders are canceled together: among the orders that of the selected one.
  var canceledInstrument: InstrumentID? {
    guard pane == .orders else { return instrument }
    return orderRows.first { $0.id == selectedOrder }?.instrument ?? instrument
  }

  private var missingMarket: String? {
    guard let instrument, snapshot.markets[instrument] != nil else {
      return "no instrument is known yet: \(snapshot.step.text)"
    }
    return nil
  }

  /// The newest order that this program placed and that rests in the book.
  var newestOwnOrder: TrackedOrder? {
    snapshot.account.orders.open.last {
      $0.isOwn && $0.type.limitPrice != nil && $0.reference != nil && $0.state != .pendingCancel
    }
  }

  /// The newest entry that waits here for the mark price.
  var newestWaiting: PlanLine? {
    snapshot.plans.filter { $0.waiting != nil }.max { $0.startedAt < $1.startedAt }
  }

  private var amendProblem: String? {
    guard let row = orderRows.first(where: { $0.id == selectedOrder }) else {
      return "there is no order"
    }
    switch row.id {
    case .trigger:
      return row.position == nil ? "only stops and targets of a position can be moved" : nil
    case .waiting: return "it waits here: cancel it and place it anew"
    case .order(let reference):
      guard let order = snapshot.account.orders[reference] else { return "there is no order" }
      if order.isInDoubt { return "the outcome of the order is not known" }
      if !order.isOwn || order.clientOrderID == nil { return "it was placed elsewhere: cancel it" }
      return order.type.limitPrice == nil ? "a market order has no price" : nil
    }
  }
}
