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
  /// Cancels every order of ours of an instrument, or of all (nil). Protection and what was placed
  /// elsewhere stay.
  case cancelAll(InstrumentID?)
  /// Cancels every opening order and closes every position of an instrument, or of all (nil), and
  /// goes on until the exchange shows them flat.
  case flatten(InstrumentID?)
  /// Places a stop loss, a take profit or both on a position; a former one of the same kind goes
  /// when the new one is proven.
  case protect(PositionKey, stopLoss: Trigger?, takeProfit: Trigger?)
  /// Moves one take profit of a position and keeps its size; the former one goes when the new one
  /// is taken. A stop loss in the same order stays as it is.
  case moveTarget(PositionKey, ExchangeOrderID, Trigger)
  /// Closes a position and, once it is flat, opens the other side.
  case reverse(PositionKey, OpeningIntent)
  /// Adds to a position, closes a share of it and moves the stop to where nothing is lost. The
  /// steps after a refused addition are done all the same.
  case scaleIn(PositionKey, OpeningIntent, closeShare: Rate)
  /// Moves the stop of a position to where closing pays back fees and funding.
  case breakEven(PositionKey)
  /// Places several take profits on a position, each for a share of it; all former ones of ours go
  /// when the new ones rest.
  case takeProfits(PositionKey, [PartialTarget])
  /// Opens a position and then places several take profits on it.
  case bracket(OpeningIntent, [PartialTarget])
  /// Places two openings of which the first fill cancels the other.
  case openOneOf(OpeningIntent, OpeningIntent)
  /// Opens several at once: all leave or none does, each under its own id.
  case openBatch([OpeningIntent])
  /// Cancels several orders at once.
  case cancelBatch([OrderReference])
  /// Opens when the mark price reaches a trigger, up to a moment (nil: until it is given up).
  case openAt(OpeningIntent, trigger: Price, until: Timestamp?)
  /// Lets the stop of a position follow the mark price, from `activation` on (nil: from now on).
  case trail(PositionKey, TrailDistance, activation: Price?)
  /// Replaces one of our orders: canceled first, then placed anew with what had not filled of
  /// `contracts`.
  case amend(ClientOrderID, OrderType, contracts: Contracts)
  /// Gives up an action of several steps; what it has done stays.
  case abandon(PlanID)
  /// Lets an opening of a strategy pass that waits for a person.
  case approve(UInt64)
  /// Forgets an opening of a strategy that waits for a person.
  case dismiss(UInt64)
  /// Takes the equity of now for its peak, so that the drawdown begins anew.
  case resetPeak
  /// Sets the leverage of an instrument; it counts when the exchange confirms it.
  case setLeverage(InstrumentID, MarginMode, Leverage)
  /// Sets the position mode; it counts when the exchange confirms it.
  case setPositionMode(PositionMode)
  /// Puts the bot into a state. Halting also cancels every opening order.
  case setState(BotState, reason: String)
  /// Puts a strategy into a state.
  case setStrategy(String, StrategyState)
  /// Compares the account with the exchange's now.
  case reconcile
  /// Reads candles of the past, up to `before` (nil: now).
  case loadCandles(InstrumentID, TimeFrame, before: Timestamp?, limit: Int)
  /// Puts other limits in force.
  case setLimits(RiskLimits)
  /// Writes a sentence of the user into the journal.
  case note(String, InstrumentID?)
  /// Makes an alert rule of its words.
  case addAlert(String)
  /// Takes an alert rule away.
  case removeAlert(AlertRuleID)
  /// Says that somebody has seen an alert, or all that wait (nil).
  case acknowledge(AlertID?)
  /// Lets an alert fire that means nothing, to try every channel.
  case testAlert(AlertSeverity)

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
    case .moveTarget(let key, let id, let target):
      "move-target \(key.instrument) \(id) \(target.triggerPrice)"
    case .reverse(let key, _): "reverse \(key.instrument)"
    case .scaleIn(let key, _, _): "scale-in \(key.instrument)"
    case .breakEven(let key): "break-even \(key.instrument)"
    case .takeProfits(let key, let targets): "targets \(key.instrument) \(targets.count)"
    case .bracket(let intent, let targets):
      "bracket \(intent.side.rawValue) \(intent.instrument) \(targets.count)"
    case .openOneOf(let intent, _): "one-of \(intent.instrument)"
    case .openBatch(let intents): "batch \(intents.count)"
    case .cancelBatch(let references): "cancel-batch \(references.count)"
    case .openAt(let intent, let trigger, _):
      "stop-entry \(intent.side.rawValue) \(intent.instrument) at \(trigger)"
    case .trail(let key, _, _): "trail \(key.instrument)"
    case .amend(let id, _, let contracts): "amend \(id) \(contracts)"
    case .abandon(let id): "abandon \(id)"
    case .approve(let number): "approve \(number)"
    case .dismiss(let number): "dismiss \(number)"
    case .resetPeak: "reset-peak"
    case .setLeverage(let instrument, let mode, let leverage):
      "leverage \(instrument) \(mode.rawValue) \(leverage)"
    case .setPositionMode(let mode): "position-mode \(mode.rawValue)"
    case .setState(let state, let reason): "\(state.rawValue) \(reason)"
    case .setStrategy(let name, let state): StrategyStateNote(name: name, state: state).text
    case .reconcile: "reconcile"
    case .loadCandles(let instrument, let timeFrame, _, let limit):
      "candles \(instrument) \(timeFrame.rawValue) \(limit)"
    case .setLimits: "limits"
    case .note(let text, _): "note \(text)"
    case .addAlert(let text): "alert \(text)"
    case .removeAlert(let id): "alert-remove \(id)"
    case .acknowledge(let id): "ack \(id?.description ?? "*")"
    case .testAlert(let severity): "alert-test \(severity.rawValue)"
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
