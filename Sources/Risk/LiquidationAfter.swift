import AccountData
import MarketData
import Trading
import Units

extension RiskContext {
  /// Returns where the position would be liquidated once the order has filled.
  ///
  /// The order adds to what is held: sizes add up, the entry becomes the weighted mean, the whole
  /// size picks the row of the margin table. Nil without a table, a margin or such a price.
  func liquidation(
    after intent: OpeningIntent, contracts: Contracts, amount: BaseAmount, expected: Price,
    margin: Money?, in market: Market
  ) -> Price? {
    guard let margin else { return nil }
    let held = held(intent).flatMap { $0.report.side == intent.side ? $0.report : nil }
    let heldAmount = held.map { market.instrument.baseAmount(of: $0.contracts) } ?? .zero
    let total = amount + heldAmount
    guard
      let tier = market.tier(of: contracts + (held?.contracts ?? .zero), intent.marginMode),
      let entry = meanEntry(held, heldAmount, amount, expected, total)
    else { return nil }
    let collateral: Money?
    switch intent.marginMode {
    case .isolated: collateral = margin + (held?.margin ?? .zero)
    case .cross: collateral = crossCash(except: held?.key)
    }
    guard let collateral else { return nil }
    return Liquidation.price(
      side: intent.side, amount: total, entryPrice: entry, collateral: collateral,
      maintenanceMarginRate: tier.maintenanceMarginRate, takerFeeRate: fees.takerFeeRate)
  }

  private func meanEntry(
    _ held: Position?, _ heldAmount: BaseAmount, _ amount: BaseAmount, _ expected: Price,
    _ total: BaseAmount
  ) -> Price? {
    guard let held else { return expected }
    guard let before = held.entryPrice.notionalIfInRange(of: heldAmount, .towardZero),
      let added = expected.notionalIfInRange(of: amount, .towardZero)
    else { return nil }
    return (before + added).price(per: total, .towardZero)
  }

  /// The cash that one cross position can lose: the account's, less isolated collateral, less what
  /// the other cross positions need beyond their own profit.
  private func crossCash(except key: PositionKey?) -> Money? {
    guard var cash = account.balance?.value.cash else { return nil }
    for position in account.positions.held where position.key != key {
      let report = position.report
      switch report.key.marginMode {
      case .isolated: cash -= report.margin
      case .cross: cash -= report.maintenanceMargin - report.unrealizedPnL
      }
    }
    return cash
  }
}
