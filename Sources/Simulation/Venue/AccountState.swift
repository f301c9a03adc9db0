import Trading
import Units

/// Sums of an account's ledger since it was opened, by kind; they add up to its cash.
public struct AccountTotals: Sendable, Hashable {
  /// Money put in less money taken out.
  public internal(set) var deposits = Money.zero
  /// Price profits and losses of closing fills.
  public internal(set) var realizedPnL = Money.zero
  /// Fees of fills and liquidations; positive is a cost.
  public internal(set) var fees = Money.zero
  /// Funding received less funding paid.
  public internal(set) var funding = Money.zero
  /// What the insurance fund paid of losses beyond the collateral.
  public internal(set) var insurance = Money.zero
  /// What fills at the last price of a candle cost beyond that price: how far their price was moved
  /// against them. It stands in the profits and losses already, and so not in the cash once more.
  public internal(set) var slippage = Money.zero

  /// The cash that these sums make.
  public var cash: Money { deposits + realizedPnL - fees + funding + insurance }
}

/// A position of one account as the venue keeps it.
struct PositionState: Sendable {
  let number: PositionNumber
  let market: Int
  let slot: PositionSlot
  let marginMode: MarginMode
  let side: PositionSide
  var lots: Int64
  /// What the held lots cost; closing takes a proportional part, so that a closed position has
  /// realized exactly what was paid and received.
  var entryValue: Fixed
  /// Whole, as all leverages of the exchange are.
  var leverage: Int32
  /// Isolated collateral, zero for cross.
  var margin: Fixed
  var record: PositionAccumulator
  let createdAt: Timestamp
  var updatedAt: Timestamp
  /// Lots that resting orders are about to close.
  var pendingCloseLots: Int64
  /// The mark price, an 18-place number, at which an isolated position is liquidated; nil when it
  /// must be computed anew.
  var liquidationBound: Fixed?
}

/// Why a part of a position was closed.
enum ClosingCause: Sendable {
  case trade
  case liquidation
  case deleveraging
}

/// What a position has done since it was opened, for its row in the history.
struct PositionAccumulator: Sendable {
  /// The number of its row, given at the first closing.
  var number: PositionRecordNumber?
  var cause = ClosingCause.trade
  var openedLots: Int64 = 0
  /// What was paid or received for all that was opened.
  var openedValue = Fixed.zero
  var closedLots: Int64 = 0
  /// What was received or paid for all that was closed.
  var closedValue = Fixed.zero
  var liquidatedLots: Int64 = 0
  var largestLots: Int64 = 0
  var realized = Fixed.zero
  var fees = Fixed.zero
}

/// The leverages of one market for one account, whole numbers. Source: reference 3.2.7.
struct LeverageSettings: Sendable {
  var cross: Int32
  var isolatedNet: Int32
  var isolatedLong: Int32
  var isolatedShort: Int32

  subscript(mode: MarginMode, slot: PositionSlot) -> Int32 {
    get {
      switch (mode, slot) {
      case (.cross, _): cross
      case (.isolated, .net): isolatedNet
      case (.isolated, .long): isolatedLong
      case (.isolated, .short): isolatedShort
      }
    }
    set {
      switch (mode, slot) {
      case (.cross, _): cross = newValue
      case (.isolated, .net): isolatedNet = newValue
      case (.isolated, .long): isolatedLong = newValue
      case (.isolated, .short): isolatedShort = newValue
      }
    }
  }
}

/// One account's book-keeping.
struct AccountState: Sendable {
  var cash = Fixed.zero
  /// Collateral of isolated positions.
  var isolatedMargin = Fixed.zero
  /// Reserved by open orders.
  var orderFrozen = Fixed.zero
  var totals = AccountTotals()
  var positionMode = PositionMode.oneWay
  var marginMode = MarginMode.cross
  var leverages: ContiguousArray<LeverageSettings>
  var positions = Table<PositionState>()
  /// Places in ``positions`` by ``positionCode(_:_:_:)``, −1 where there is none.
  var positionPlaces: ContiguousArray<Int32>
  /// Lots that resting orders would open, by ``restingCode(_:_:_:_:)``.
  var restingLots: ContiguousArray<Int64>
  /// How many of ``positions`` are cross.
  var crossPositionCount = 0
  var liveByClientID: [ClientOrderID: Int32] = [:]
  var firstOrder: Int32 = -1
  var liveOrderCount = 0
  var liveCrossOrderCount = 0
  var liveAlgoCount = 0
  /// How many live orders only reduce.
  var liveReducingCount = 0
  var orderHistory: BoundedLog<VenueOrder>
  var algoHistory: BoundedLog<AlgoOrder>
  var fills: BoundedLog<VenueFill>
  var ledger: BoundedLog<Booking>
  /// Positions that have gone; their rows are made when they are read.
  var records: BoundedLog<PositionState>
  var transfers: BoundedLog<WalletTransfer>
  /// Money in the wallets other than futures, by raw value of ``Wallet``.
  var wallets = [Money](repeating: .zero, count: Wallet.allCases.count)
  /// Whether ``VenueOutput/positions(_:)`` and ``VenueOutput/balance(_:)`` are due.
  var touchedPositions = false
  var touchedBalance = false

  init(markets: Table<Market>, rules: VenueRules) {
    leverages = ContiguousArray(
      markets.map { market in
        let leverage = min(Self.initialLeverage, market.maximumLeverage)
        return LeverageSettings(
          cross: leverage, isolatedNet: leverage, isolatedLong: leverage, isolatedShort: leverage)
      })
    positionPlaces = ContiguousArray(repeating: -1, count: markets.count * 6)
    restingLots = ContiguousArray(repeating: 0, count: markets.count * 12)
    orderHistory = BoundedLog(capacity: rules.historyLimit)
    algoHistory = BoundedLog(capacity: rules.historyLimit)
    fills = BoundedLog(capacity: rules.historyLimit)
    ledger = BoundedLog(capacity: rules.historyLimit)
    records = BoundedLog(capacity: rules.historyLimit)
    transfers = BoundedLog(capacity: rules.historyLimit)
  }

  /// The leverage of a new account, as in the exchange's samples.
  static let initialLeverage: Int32 = 3

  /// Books an amount on the cash and writes the ledger's row.
  @inline(__always)
  mutating func book(_ booking: Booking) {
    cash += booking.amount
    totals.add(booking.kind, Money(booking.amount))
    ledger.append(booking)
  }

  @inline(__always)
  static func positionCode(_ market: Int, _ slot: PositionSlot, _ mode: MarginMode) -> Int {
    let place: Int
    switch slot {
    case .net: place = 0
    case .long: place = 1
    case .short: place = 2
    }
    return market * 6 + place * 2 + (mode == .cross ? 1 : 0)
  }

  @inline(__always)
  static func restingCode(
    _ market: Int, _ slot: PositionSlot, _ mode: MarginMode, _ side: OrderSide
  ) -> Int {
    positionCode(market, slot, mode) * 2 + (side == .buy ? 0 : 1)
  }
}

extension SimulatedVenue {
  /// Returns the place of an account's position, nil when it is not open.
  @inline(__always)
  func positionPlace(
    _ account: Int, _ market: Int, _ slot: PositionSlot, _ mode: MarginMode
  ) -> Int? {
    let code = AccountState.positionCode(market, slot, mode)
    let place = accounts[account].positionPlaces[code]
    return place >= 0 ? Int(place) : nil
  }
}
