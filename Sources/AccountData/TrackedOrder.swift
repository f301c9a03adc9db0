import Trading
import Units

/// Who placed an order.
public enum OrderOwner: Sendable, Hashable {
  /// This program, on behalf of someone.
  case own(CommandSource)
  /// A person at the exchange, another program, or an earlier run that left no trace here.
  case external
}

/// An order as we know it: what was asked for, what the exchange said, how far it got.
///
/// It only moves forward: states by the table of ``OrderState``, fills never shrink (case O19).
public struct TrackedOrder: Sendable, Hashable {
  /// Our id, nil for an external order that carries none.
  public let clientOrderID: ClientOrderID?
  /// The exchange's id, nil until the exchange named one.
  public internal(set) var exchangeOrderID: ExchangeOrderID?
  /// Who placed it.
  public let owner: OrderOwner
  /// What is traded.
  public let instrument: InstrumentID
  /// What it does.
  public let side: OrderSide
  /// Which position it works on.
  public let slot: PositionSlot
  /// Where its collateral comes from.
  public let marginMode: MarginMode
  /// How it meets the book.
  public let type: OrderType
  /// Its size.
  public let contracts: Contracts
  /// Whether it may only make a position smaller.
  public let reduceOnly: Bool
  /// Its attached take profit.
  public let takeProfit: Trigger?
  /// Its attached stop loss.
  public let stopLoss: Trigger?
  /// Why it exists, in the exchange's terms.
  public internal(set) var category: OrderCategory
  /// Where it stands.
  public internal(set) var state: OrderState
  /// What has filled, fees and profit.
  public internal(set) var progress: OrderProgress
  /// When we sent it, or first heard of it.
  public let createdAt: Timestamp
  /// When we last learned something about it, on our clock.
  public internal(set) var changedAt: Timestamp
  /// Whether the journal has confirmed the intent; an order may not leave before.
  public internal(set) var isDurable: Bool
  /// What the exchange or the journal said when it ended badly, nil otherwise.
  public internal(set) var problem: String?
  /// Whether it left twice, the second time deliberately and under the same id.
  public internal(set) var wasResent = false
  /// Whether a cancel of it was sent that neither ended it nor was refused: it is wished for as
  /// long as the order may live, also while its outcome is unknown (case O13).
  public internal(set) var isToBeCanceled = false

  /// Starts to track an order that is about to leave.
  public init(_ request: OrderRequest, source: CommandSource, at now: Timestamp) {
    clientOrderID = request.clientOrderID
    exchangeOrderID = nil
    owner = .own(source)
    instrument = request.instrument
    side = request.side
    slot = request.slot
    marginMode = request.marginMode
    type = request.type
    contracts = request.contracts
    reduceOnly = request.reduceOnly
    takeProfit = request.takeProfit
    stopLoss = request.stopLoss
    category = .normal
    state = .sent
    progress = OrderProgress()
    createdAt = now
    changedAt = now
    isDurable = false
    problem = nil
  }

  /// Adopts an order that the exchange reports and we did not know.
  public init(adopting report: Order, at now: Timestamp) {
    clientOrderID = report.clientOrderID
    exchangeOrderID = report.exchangeOrderID
    owner = .external
    instrument = report.instrument
    side = report.side
    slot = report.slot
    marginMode = report.marginMode
    type = report.type
    contracts = report.contracts
    reduceOnly = report.reduceOnly
    takeProfit = report.takeProfit
    stopLoss = report.stopLoss
    category = report.category
    state = report.state
    progress = OrderProgress()
    createdAt = report.createdAt
    changedAt = now
    isDurable = true
    problem = nil
  }

  /// Which position it works on.
  public var positionKey: PositionKey {
    PositionKey(instrument: instrument, slot: slot, marginMode: marginMode)
  }

  /// What has not filled, never below zero.
  public var remainingContracts: Contracts {
    max(.zero, contracts - progress.filledContracts)
  }

  /// Whether nothing is expected of it: it ended, or was found nowhere.
  public var isGone: Bool { state.isFinal || state == .lost }

  /// Whether this program placed it.
  public var isOwn: Bool { owner != .external }

  /// Whether more filled than was asked for (case O17).
  public var isOverfilled: Bool { progress.filledContracts > contracts }

  /// Whether it can make a position larger and may still trade.
  public var addsExposure: Bool { !reduceOnly && state.countsAsExposure }

  /// Takes a state; one that shows the order alive waits for its end where it is to be canceled.
  mutating func enter(_ next: OrderState) {
    state = isToBeCanceled ? next.after(.cancelSent) ?? next : next
  }

  /// How to name it to the exchange: by its id there, or by ours when none is known.
  public var reference: OrderReference? {
    if let exchangeOrderID { return .exchange(exchangeOrderID) }
    return clientOrderID.map(OrderReference.client)
  }
}

/// How far an order got.
public struct OrderProgress: Sendable, Hashable {
  /// What has filled.
  public internal(set) var filledContracts: Contracts = .zero
  /// The mean price of what has filled, nil when nothing has.
  public internal(set) var averagePrice: Price?
  /// Fees so far; positive is a cost.
  public internal(set) var fee: Money = .zero
  /// Price profit so far, before fees.
  public internal(set) var realizedPnL: Money = .zero

  /// States that nothing has filled.
  public init() {}

  /// The mean price of what has filled since an earlier look; nil when it cannot be told.
  func price(since before: OrderProgress) -> Price? {
    guard filledContracts > before.filledContracts, let averagePrice else { return nil }
    guard before.filledContracts.isPositive else { return averagePrice }
    guard
      let all = averagePrice.value.multipliedIfInRange(by: filledContracts.value, .towardZero),
      let former = before.averagePrice?.value.multipliedIfInRange(
        by: before.filledContracts.value, .towardZero)
    else { return nil }
    return (all - former).dividedIfPossible(
      by: filledContracts.value - before.filledContracts.value, .towardZero
    ).map(Price.init)
  }
}
