import Risk
import Trading
import Units

/// What a person, a strategy or an agent can ask of the engine.
///
/// Arming and confirming are the screen's: a command that arrives here is meant.
public enum Command: Sendable, Hashable {
  /// Opens a position or adds to one, if the gate approves.
  case open(OpeningIntent)
  /// Closes a share of a position.
  case close(ClosingIntent)
  /// Cancels an order.
  case cancel(InstrumentID, OrderReference)
  /// Cancels a trigger order.
  case cancelTrigger(InstrumentID, ExchangeOrderID)
  /// Cancels every order of an instrument, or of all (nil). Protection stays.
  case cancelAll(InstrumentID?)
  /// Cancels every opening order and closes every position of an instrument, or of all (nil), and
  /// goes on until the exchange shows them flat.
  case flatten(InstrumentID?)
  /// Places a stop loss, a take profit or both on a position; a former one of the same kind goes
  /// when the new one is proven.
  case protect(PositionKey, stopLoss: Trigger?, takeProfit: Trigger?)
  /// Sets the leverage of an instrument; it counts when the exchange confirms it.
  case setLeverage(InstrumentID, MarginMode, Leverage)
  /// Sets the position mode; it counts when the exchange confirms it.
  case setPositionMode(PositionMode)
  /// Puts the bot into a state. Halting also cancels every opening order.
  case setState(BotState, reason: String)
  /// Compares the account with the exchange's now.
  case reconcile
  /// Reads candles of the past, up to `before` (nil: now).
  case loadCandles(InstrumentID, TimeFrame, before: Timestamp?, limit: Int)
  /// Puts other limits in force.
  case setLimits(RiskLimits)
  /// Writes a sentence of the user into the journal.
  case note(String, InstrumentID?)

  /// The command in the words of the command line.
  public var text: String {
    switch self {
    case .open(let intent):
      "open \(intent.side.rawValue) \(intent.instrument)"
    case .close(let intent):
      "close \(intent.key.instrument)"
    case .cancel(let instrument, let reference): "cancel \(instrument) \(reference.text)"
    case .cancelTrigger(let instrument, let id): "cancel-trigger \(instrument) \(id)"
    case .cancelAll(let instrument): "cancel-all \(instrument?.text ?? "*")"
    case .flatten(let instrument): "flatten \(instrument?.text ?? "*")"
    case .protect(let key, _, _): "protect \(key.instrument)"
    case .setLeverage(let instrument, let mode, let leverage):
      "leverage \(instrument) \(mode.rawValue) \(leverage)"
    case .setPositionMode(let mode): "position-mode \(mode.rawValue)"
    case .setState(let state, let reason): "\(state.rawValue) \(reason)"
    case .reconcile: "reconcile"
    case .loadCandles(let instrument, let timeFrame, _, let limit):
      "candles \(instrument) \(timeFrame.rawValue) \(limit)"
    case .setLimits: "limits"
    case .note(let text, _): "note \(text)"
    }
  }
}

extension OrderReference {
  /// The id, whichever side gave it.
  public var text: String {
    switch self {
    case .client(let id): id.text
    case .exchange(let id): id.text
    }
  }
}
