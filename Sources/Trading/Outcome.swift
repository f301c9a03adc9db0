import Units

/// What became of a request, as far as its answer proves.
public enum Outcome: Sendable, Hashable {
  /// The exchange did it.
  case confirmed(Confirmation)
  /// The exchange said no. Only the exchange's own word makes a refusal.
  case refused(Refusal)
  /// It may or may not have been done: time-out, lost link, 5xx, 429 after sending, unreadable.
  case unknown(String)
  /// It certainly did not reach the exchange.
  case notSent(String)
}

/// The proof in a positive answer.
public enum Confirmation: Sendable, Hashable {
  /// An order was taken, with the exchange's id where the answer tells it.
  case order(ExchangeOrderID?)
  /// A cancel was taken.
  case cancel
  /// One outcome for each member of a batch, in its order.
  case batch([Outcome])
  /// The order that was asked for: its last known state, or nil when the exchange has none.
  indirect case orderStatus(Order?)
  /// A full account snapshot.
  indirect case account(AccountSnapshot)
  /// A setting was changed or data was delivered as events.
  case done
}

/// Everything about an account that reconciliation compares, read in one pass.
public struct AccountSnapshot: Sendable, Hashable {
  /// The money, in the settlement currency.
  public let balance: Balance
  /// Every open position.
  public let positions: [Position]
  /// Every live order.
  public let orders: [Order]
  /// Every waiting trigger order.
  public let triggerOrders: [TriggerOrder]
  /// Recent fills, oldest first.
  public let fills: [Fill]
  /// The position mode.
  public let positionMode: PositionMode
  /// The leverage at every place that was asked for; nil where it could not be read.
  public let leverages: [LeverageSetting]?

  /// States a snapshot.
  public init(
    balance: Balance, positions: [Position], orders: [Order], triggerOrders: [TriggerOrder],
    fills: [Fill], positionMode: PositionMode, leverages: [LeverageSetting]?
  ) {
    self.balance = balance
    self.positions = positions
    self.orders = orders
    self.triggerOrders = triggerOrders
    self.fills = fills
    self.positionMode = positionMode
    self.leverages = leverages
  }
}

/// The exchange's "no", with what it means for us.
public struct Refusal: Error, Sendable, Hashable {
  /// What to do about it.
  public enum Advice: Sendable, Hashable {
    /// The request is wrong; the same request is refused again.
    case fixRequest
    /// It is already done or no longer possible: ask for the state instead.
    case queryState
    /// Later.
    case waitAndRetry
    /// Something about the key, the account or the region must be changed by a person.
    case stopTrading
  }

  /// The exchange's code.
  public let code: String
  /// The exchange's words, cleaned of control characters.
  public let message: String
  /// What to do.
  public let advice: Advice

  /// States a refusal.
  public init(code: String, message: String, advice: Advice) {
    self.code = code
    self.message = message
    self.advice = advice
  }
}

/// One of the connections to an exchange.
public enum LinkName: String, Sendable, Hashable, CaseIterable {
  /// Market data stream.
  case publicStream
  /// Account stream.
  case privateStream
  /// Request and answer.
  case requests
}

/// How a connection stands.
public enum LinkState: Sendable, Hashable {
  /// Being set up.
  case connecting
  /// Working.
  case up
  /// Down, and why; a new attempt follows by itself.
  case down(String)
  /// Refused for good until a person acts: key, region, version.
  case refused(String)
}
