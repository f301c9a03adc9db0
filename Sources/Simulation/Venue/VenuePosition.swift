import Trading
import Units

/// An open position with its figures at the present mark price.
///
/// Source: BloFin reference 3.2.3; figures by 6.3, truncated toward zero at 18 places.
public struct VenuePosition: Sendable, Hashable {
  /// The venue's number.
  public let number: PositionNumber
  /// Which position.
  public let key: PositionKey
  /// Which way it is held.
  public let side: PositionSide
  /// How much is held, above zero whatever the side.
  public let contracts: Contracts
  /// How much of it no resting order is about to close.
  public let availableContracts: Contracts
  /// Mean entry price.
  public let entryPrice: Price
  /// The mark price that the figures use.
  public let markPrice: Price
  /// Isolated collateral; nil for a cross position.
  public let isolatedMargin: Money?
  /// Initial margin at mark of a cross position; nil for an isolated one.
  public let initialMargin: Money?
  /// What must remain.
  public let maintenanceMargin: Money
  /// Collateral over what must remain with the closing fee, a multiple; liquidation at 1 or below.
  public let marginRatio: Rate
  /// Where it is liquidated; nil when that would be zero or less (an empty text on the wire).
  public let liquidationPrice: Price?
  /// Profit or loss at mark, before fees.
  public let unrealizedPnL: Money
  /// That, as a fraction of entry notional over leverage.
  public let unrealizedPnLRatio: Rate
  /// Place in the queue for automatic deleveraging, 1 through 5; 5 is first in line.
  public let deleveragingRank: Int
  /// Entry notional over margin, as the user set it.
  public let leverage: Leverage
  /// When it was opened.
  public let createdAt: Timestamp
  /// When it last changed.
  public let updatedAt: Timestamp
}

/// A row in the history of positions. Source: BloFin reference 3.2.4; sizes are in coins there.
public struct PositionRecord: Sendable, Hashable {
  /// How a position came to the state of this row.
  public enum State: Sendable, Hashable, CaseIterable {
    case partiallyClosed
    case closed
    case liquidated
    case partiallyLiquidated
    case deleveraged
  }

  /// The number of the row.
  public let number: PositionRecordNumber
  /// The number of the position that the row tells of.
  public let position: PositionNumber
  /// Which position of the account.
  public let key: PositionKey
  /// Which way it was held.
  public let side: PositionSide
  /// How it came to this.
  public internal(set) var state: State
  /// Coins closed so far.
  public internal(set) var closedBaseAmount: BaseAmount
  /// The most coins held at one time.
  public internal(set) var largestBaseAmount: BaseAmount
  /// Coins that were liquidated.
  public internal(set) var liquidatedBaseAmount: BaseAmount
  /// Mean price of all that was opened.
  public internal(set) var openPrice: Price
  /// Mean price of all that was closed.
  public internal(set) var closePrice: Price
  /// Entry notional over margin when the row was written.
  public internal(set) var leverage: Leverage
  /// Profit or loss with the fees of both legs in it; funding is not (unknown at the exchange).
  public internal(set) var realizedPnL: Money
  /// That over open notional / leverage.
  public internal(set) var realizedPnLRatio: Rate
  /// Fees of both legs, negative as the exchange shows them.
  public internal(set) var fee: Money
  /// When the position was opened.
  public let createdAt: Timestamp
  /// When the row last changed.
  public internal(set) var updatedAt: Timestamp
}

/// The money of an account. Source: BloFin reference 3.2.2.
public struct VenueBalance: Sendable, Hashable {
  /// Cash plus all unrealized profit and loss.
  public let equity: Money
  /// Deposits, realized profit, fees and funding; does not move with the price.
  public let cash: Money
  /// Isolated margins and their unrealized profit.
  public let isolatedEquity: Money
  /// Unrealized profit of isolated positions.
  public let isolatedUnrealizedPnL: Money
  /// Unrealized profit of all positions.
  public let unrealizedPnL: Money
  /// What new positions may use; never below zero.
  public let available: Money
  /// Reserved by open orders.
  public let orderFrozen: Money
  /// Reserved by open orders plus isolated position margins.
  public let frozen: Money
  /// Collateral of the cross pool over what its positions must keep; nil without cross positions.
  public let crossMarginRatio: Rate?
  /// When it was read.
  public let time: Timestamp
}

/// A booking on an account's cash.
public struct LedgerEntry: Sendable, Hashable {
  /// What it is for.
  public enum Kind: Sendable, Hashable, CaseIterable {
    /// Money in.
    case deposit
    /// Money out.
    case withdrawal
    /// Price profit or loss of a closing fill.
    case realizedPnL
    /// The fee of a fill; negative.
    case fee
    /// Funding: received above zero, paid below.
    case funding
    /// The fee of a liquidation; negative.
    case liquidationFee
    /// What the insurance fund paid of a loss beyond the collateral.
    case insurance
  }

  /// The number of the row.
  public let number: LedgerNumber
  /// What it is for.
  public let kind: Kind
  /// What was added to the cash; negative is a cost.
  public let amount: Money
  /// The instrument, nil for deposits and withdrawals.
  public let instrument: InstrumentID?
  /// The position's place, nil where there is none.
  public let key: PositionKey?
  /// The funding rate, for funding only.
  public let rate: Rate?
  /// When it was booked.
  public let time: Timestamp
}

/// Money moved between an account's wallets. Source: BloFin reference 3.6 (`asset/bills`).
public struct WalletTransfer: Sendable, Hashable {
  /// The number of the transfer.
  public let number: UInt64
  /// From where.
  public let from: Wallet
  /// To where.
  public let to: Wallet
  /// How much.
  public let amount: Money
  /// The client's id, nil where it gave none.
  public let clientID: String?
  /// When.
  public let time: Timestamp
}

/// A wallet of an account. Only the futures wallet trades; the others hold money.
public enum Wallet: Int, Sendable, Hashable, CaseIterable {
  case futures
  case funding
  case spot
  case earn
  case copyTrading
  case inverseContract
}
