import AccountData
import MarketData
import Risk
import Trading
import Units

/// Whether a position has its stop, and how we know.
public enum Protection: Sendable, Hashable {
  /// A stop loss for the whole position waits at the exchange and was read back.
  case proven(TrackedTrigger)
  /// The stop was asked for; the exchange has not shown it yet.
  case waiting(since: Timestamp)
  /// Nothing protects it: a loud state.
  case naked(since: Timestamp)
  /// By choice its collateral is the stop.
  case liquidation

  /// Whether nothing stands between the position and its liquidation.
  public var isNaked: Bool {
    if case .naked = self { true } else { false }
  }
}

/// A position with everything that is computed from it, at the newest mark price.
public struct PositionFigures: Sendable, Hashable {
  /// Which position.
  public let key: PositionKey
  /// Which way it is held.
  public let side: PositionSide
  /// Its size.
  public let contracts: Contracts
  /// Its size in coins; nil when the instrument's rules are not known.
  public let baseAmount: BaseAmount?
  /// Its value at the mark price; nil when the instrument's rules are not known.
  public let notional: Money?
  /// The mean price of what is held.
  public let entryPrice: Price
  /// The newest mark price that is believed.
  public let markPrice: Price
  /// The collateral in it.
  public let margin: Money
  /// Notional over margin.
  public let leverage: Leverage
  /// Profit or loss at mark, before fees.
  public let unrealizedPnL: Money
  /// Profit or loss realized in this life of the position, fees and funding included.
  public let realizedPnL: Money
  /// Funding of this life; positive was received.
  public let funding: Money
  /// Unrealized profit over the collateral at entry.
  public let returnOnMargin: Rate?
  /// The whole result over the initial risk; nil without a stop.
  public let rMultiple: Rate?
  /// Where the exchange would liquidate; nil when there is no such price.
  public let liquidationPrice: Price?
  /// How far the mark price is from there, as a share of it.
  public let liquidationDistance: Rate?
  /// Where closing pays back fees and funding, on a tick: the stop that break-even places.
  public let breakEvenPrice: Price?
  /// Whether it has its stop.
  public let protection: Protection
  /// Who opened it; nil when it was opened elsewhere.
  public let source: CommandSource?
  /// When it was opened.
  public let openedAt: Timestamp
  /// When the exchange last told about it.
  public let receivedAt: Timestamp

  init(_ held: HeldPosition, market: Market?, protection: Protection, fees: FeeSchedule) {
    let report = held.report
    key = report.key
    side = report.side
    contracts = report.contracts
    entryPrice = report.entryPrice
    margin = report.margin
    leverage = report.leverage
    liquidationPrice = report.liquidationPrice
    self.protection = protection
    source = held.cycle.source
    openedAt = held.cycle.openedAt
    receivedAt = held.receivedAt
    funding = held.cycle.funding
    realizedPnL = held.cycle.netPnL
    let (mark, profit) = MarkedEquity.worth(of: held, market)
    markPrice = mark
    let amount = market?.instrument.baseAmount(of: report.contracts)
    baseAmount = amount
    notional = amount.flatMap { mark.notionalIfInRange(of: $0, .towardZero) }
    unrealizedPnL = profit
    let atEntry = amount.flatMap { report.entryPrice.notionalIfInRange(of: $0, .towardZero) }
    let collateral =
      report.leverage.isPositive
      ? atEntry?.margin(at: report.leverage, .towardZero) : report.margin
    returnOnMargin = collateral.flatMap {
      ProfitAndLoss.returnOnMargin(profit: profit, margin: $0)
    }
    rMultiple = held.cycle.initialRisk.flatMap {
      (held.cycle.netPnL + profit).fraction(of: $0, .towardZero)
    }
    liquidationDistance = report.liquidationPrice.flatMap {
      Liquidation.distance(side: report.side, from: mark, to: $0)
    }
    breakEvenPrice = market.flatMap {
      held.breakEvenPrice(by: $0.instrument, takerFeeRate: fees.takerFeeRate)
    }
  }
}
