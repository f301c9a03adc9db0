import AccountData
import Engine
import MarketData
import Screen
import Trading
import Units

extension DashboardModel {
  /// Which keys are in force.
  var context: KeyContext {
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
    switch action {
    case .ticketLong, .ticketShort: return missingMarket
    case .bracket, .join, .marketOrder, .marketSend:
      return missingMarket ?? (isArmed ? nil : "\(labels.keymap.key(.arm)) arms")
    case .partialClose, .moveStop, .moveTarget, .breakEven:
      return selectedPosition == nil ? "there is no position" : nil
    case .cancelSelected: return selectedOrder == nil ? "there is no order" : nil
    case .amend: return amendProblem
    case .cancelLast: return newestOwnOrder == nil ? "no order of mine rests" : nil
    case .cancelInstrument:
      guard let instrument, orderRows.contains(where: { $0.instrument == instrument }) else {
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
    case .resume:
      return snapshot.trading.mode == .running ? "the bot is running" : disabledReason(of: .send)
    case .send:
      return labels.isLive && !isArmed ? "LIVE: \(labels.keymap.key(.arm)) arms the screen" : nil
    case .focus, .nextPane, .previousPane, .selectNext, .selectPrevious, .zoom, .layout, .filter,
      .sort, .reverseSort, .shorterFrame, .longerFrame, .changeDrawing, .cursorBack,
      .cursorForward, .centerLadder, .mask, .help, .why, .alerts, .palette, .back, .quit, .suspend,
      .arm,
      .sizeDown, .sizeUp, .typeSize, .commandLine, .closeShare, .cancelEverything, .flatten, .halt,
      .note, .previousField, .chooseNext, .choosePrevious, .submitPrice, .confirm,
      .submitPrompt, .submitLine, .complete, .olderLine, .newerLine, .runPicked, .pickNext,
      .pickPrevious:
      return nil
    }
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
