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
    case .help: .help
    case .ticket: .ticket
    case .confirmation: .confirmation
    case .partialClose: .partialClose
    case .stopForm: .stopForm
    }
  }

  /// Returns why an action cannot be done now, nil when it can.
  func disabledReason(of action: Action) -> String? {
    switch action {
    case .ticketLong, .ticketShort:
      guard let instrument, snapshot.markets[instrument] != nil else {
        return "no instrument is known yet: \(snapshot.step.text)"
      }
      return nil
    case .partialClose, .moveStop:
      return selectedPosition == nil ? "there is no position" : nil
    case .cancelSelected: return selectedOrder == nil ? "there is no order" : nil
    case .cancelInstrument:
      guard let instrument, orderRows.contains(where: { $0.instrument == instrument }) else {
        return "the instrument has no orders"
      }
      return nil
    case .resume:
      return snapshot.trading.mode == .running ? "the bot is running" : nil
    case .send:
      return labels.isLive && !isArmed ? "LIVE: arm the screen with a first" : nil
    case .focus, .nextPane, .previousPane, .selectNext, .selectPrevious, .help, .back, .quit,
      .suspend, .arm, .cancelEverything, .flatten, .halt, .nextField, .previousField, .chooseNext,
      .choosePrevious, .closeShare, .confirm, .submitStop:
      return nil
    }
  }
}
