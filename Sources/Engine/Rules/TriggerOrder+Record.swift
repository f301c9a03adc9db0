import AccountData
import Trading
import Units

extension TriggerOrder {
  /// Which position it works on.
  var key: PositionKey {
    PositionKey(instrument: instrument, slot: slot, marginMode: marginMode)
  }

  /// The trigger order as the journal keeps it.
  func record(at now: Timestamp) -> TriggerChange {
    let state: TriggerChange.State =
      switch self.state {
      case .live: .live
      case .triggered: .triggered
      case .canceled: .canceled
      case .failed: .failed
      case .unknown: .unknown
      }
    return TriggerChange(
      clientOrderID: clientOrderID, exchangeOrderID: exchangeOrderID, instrument: instrument,
      side: side, state: state, takeProfit: takeProfit, stopLoss: stopLoss, cause: "", at: now)
  }
}
