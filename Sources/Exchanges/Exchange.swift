import Trading
import Units

/// An exchange: requests go in as values, everything else comes out as events at one sink.
///
/// Nothing here awaits. The simulated exchange and a real one are equal citizens.
@MainActor
public protocol Exchange: AnyObject {
  /// Which exchange it is.
  var id: ExchangeID { get }

  /// Opens the streams and starts to deliver events, always on the loop and never from inside this
  /// call or ``perform(_:as:)``.
  func connect(_ sink: @escaping @MainActor (ExchangeEvent) -> Void)

  /// Does beforehand what can be done for a request that may follow within a moment: an order whose
  /// intent is on its way to the disk. Nothing leaves by it.
  func prepare(_ request: ExchangeRequest)

  /// Starts a request; its answer arrives at the sink as ``ExchangeEvent/outcome(_:_:)`` exactly
  /// once, with the same id.
  func perform(_ request: ExchangeRequest, as id: RequestID)

  /// Whether orders have grown by fills that were not delivered yet.
  var expectsFills: Bool { get }

  /// Closes everything; no event follows.
  func disconnect()
}

extension Exchange {
  /// Does nothing: a request is made when it leaves.
  public func prepare(_ request: ExchangeRequest) {}

  /// False: fills come with the orders that they make grow.
  public var expectsFills: Bool { false }
}

/// What an exchange can be asked to do.
public enum ExchangeRequest: Sendable, Hashable {
  /// Places an order. Never sent twice.
  indirect case submit(OrderRequest)
  /// Cancels a plain order.
  case cancel(InstrumentID, OrderReference)
  /// Places protection on a position: a stop loss, a take profit, or both (one cancels the other).
  indirect case protect(ProtectionRequest)
  /// Cancels a trigger order (TP/SL or entry trigger).
  case cancelTrigger(InstrumentID, ExchangeOrderID)
  /// Closes a whole position at market.
  case closePosition(PositionKey, ClientOrderID)
  /// Sets the leverage of an instrument and reads it back as an event.
  case setLeverage(InstrumentID, MarginMode, PositionSlot, Leverage)
  /// Sets the position mode and reads it back as an event.
  case setPositionMode(PositionMode)
  /// Reads the whole account, with the leverages of these places: confirmed with
  /// ``Confirmation/account(_:)``.
  case accountSnapshot(leveragesOf: [LeveragePlace])
  /// Reads one order in any state: confirmed with ``Confirmation/orderStatus(_:)``.
  case orderStatus(InstrumentID, OrderReference)
  /// Reads the instruments; delivered as an event.
  case instruments
  /// Reads candles up to `before` (nil: now), newest `limit`; delivered as an event, oldest first.
  case candles(InstrumentID, TimeFrame, before: Timestamp?, limit: Int)
  /// Reads the maintenance-margin table of an instrument; delivered as an event.
  case tiers(InstrumentID, MarginMode)
  /// Chooses what the public stream delivers; replaces the former choice.
  case subscribe([MarketSubscription])
}

/// What an exchange delivers.
public enum ExchangeEvent: Sendable, Hashable {
  /// About the markets.
  case market(MarketEvent)
  /// About the account.
  case account(AccountEvent)
  /// The answer to a request.
  case outcome(RequestID, Outcome)
  /// About a connection.
  case link(LinkName, LinkState)
  /// The exchange's clock was read: its time, and when the reading left and came back on ours.
  case serverTime(Timestamp, sentAt: Timestamp, receivedAt: Timestamp)
  /// What the rate governor has left, one line for each scope that the exchange meters.
  case budget([RequestBudget])
  /// A message from the exchange could not be used; the text says what and why.
  case protocolProblem(String)
}
