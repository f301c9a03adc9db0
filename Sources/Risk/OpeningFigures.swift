import AccountData
import MarketData
import Trading
import Units

extension RiskContext {
  /// Returns the numbers of an opening order as far as they can be computed; no verdict yet.
  ///
  /// `price` is where it fills, for an order that is not sent at the prices of now.
  func figures(
    of intent: OpeningIntent, filledAt price: Price? = nil, limits: RiskLimits
  ) -> OrderPreview {
    var preview = OrderPreview(intent)
    guard let market = markets[intent.instrument] else { return preview }
    let side = intent.side.openingSide
    preview.leverage = account.leverage(intent.instrument, intent.marginMode, slot(of: intent))
    preview.liquidationBefore = held(intent)?.report.liquidationPrice
    preview.referencePrice = price ?? intent.type.limitPrice ?? market.takenPrice(by: side)
    guard let reference = preview.referencePrice, reference.isPositive else { return preview }
    let takes = price != nil || takes(intent, in: market)
    guard
      let asked = contracts(
        of: intent, at: reference, leverage: preview.leverage, takes: takes, limits: limits,
        instrument: market.instrument)
    else { return preview }
    let walks = price == nil && takes && market.book.isUsable
    guard
      let contracts = walks ? fitted(asked, intent, in: market, limits: limits) : asked
    else { return preview }
    preview.contracts = contracts
    // The border bounds both numbers far below where their product would leave the range.
    guard
      let coins = contracts.value.multipliedIfInRange(
        by: market.instrument.contractValue.value, .towardZero)
    else { return preview }
    let amount = BaseAmount(coins)
    preview.baseAmount = amount
    let walk = walks ? market.book.walk(side, contracts) : nil
    preview.walk = walk
    let expected = walk.map { capped($0.averagePrice, by: intent) } ?? reference
    preview.expectedPrice = expected
    preview.slippage = walk?.slippage ?? (takes ? nil : .zero)
    fillCosts(&preview, market: market, amount: amount, expected: expected, takes: takes)
    fillOutcomes(
      &preview, amount: amount, expected: expected, takes: takes, isWalked: walk != nil,
      limits: limits)
    preview.liquidationAfter = liquidation(
      after: intent, contracts: contracts, amount: amount, expected: expected,
      margin: preview.margin, in: market)
    return preview
  }

  /// The position that an intent would add to or oppose, nil when there is none.
  func held(_ intent: OpeningIntent) -> HeldPosition? {
    account.positions[
      PositionKey(
        instrument: intent.instrument, slot: slot(of: intent), marginMode: intent.marginMode)]
  }

  /// Which position of the instrument an intent works on.
  public func slot(of intent: OpeningIntent) -> PositionSlot {
    switch account.positionMode {
    case .hedge: intent.side == .long ? .long : .short
    case .oneWay, nil: .net
    }
  }

  /// Whether an order takes from the book when it arrives.
  func takes(_ intent: OpeningIntent, in market: Market) -> Bool {
    switch intent.type {
    case .market, .fillOrKill, .immediateOrCancel: return true
    case .postOnly: return false
    case .limit(let price):
      guard let best = market.takenPrice(by: intent.side.openingSide) else { return false }
      return intent.side == .long ? price >= best : price <= best
    }
  }

  /// Returns a size by risk made smaller until it risks no more than was asked for at the prices
  /// that the book really offers; nil when not even a lot does. Other sizes stay as they are.
  private func fitted(
    _ asked: Contracts, _ intent: OpeningIntent, in market: Market, limits: RiskLimits
  ) -> Contracts? {
    guard case .riskShare(let share) = intent.size, let stop = intent.stop.trigger?.triggerPrice,
      let risk = account.balance?.value.equity.scaled(by: share, .down)
    else { return asked }
    var contracts = asked
    for _ in 0..<Self.fittingRounds {
      guard let walk = market.book.walk(intent.side.openingSide, contracts) else { break }
      let largest = PositionSizing.contracts(
        risk: risk, side: intent.side, entryPrice: capped(walk.averagePrice, by: intent),
        stopPrice: stop, costs: costs(takes: false, fee: true, limits: limits),
        instrument: market.instrument)
      guard let largest else { return nil }
      if largest >= contracts { break }
      contracts = largest
    }
    return contracts
  }

  /// Returns what one lot loses at the stop by the dearer of the two prices that a size by risk is
  /// made of: that of now, and the one at which the book offers a lot.
  func lossOfOneLot(
    _ intent: OpeningIntent, at reference: Price, stop: Price, in market: Market,
    limits: RiskLimits
  ) -> Money? {
    let lot = market.instrument.lotSize
    let takes = takes(intent, in: market)
    var loss = PositionSizing.lossPerCoin(
      side: intent.side, entryPrice: reference, stopPrice: stop,
      costs: costs(takes: takes, fee: takes, limits: limits))
    if takes, market.book.isUsable, let walk = market.book.walk(intent.side.openingSide, lot) {
      let offered = PositionSizing.lossPerCoin(
        side: intent.side, entryPrice: capped(walk.averagePrice, by: intent), stopPrice: stop,
        costs: costs(takes: false, fee: true, limits: limits))
      loss = offered.flatMap { offered in loss.map { max($0, offered) } } ?? loss
    }
    return loss?.notionalIfInRange(of: market.instrument.baseAmount(of: lot), .up)
  }

  /// How often a size is fitted: fewer contracts find better prices, so that one round fits unless
  /// the book had not enough for the size before it. What does not fit then is refused.
  private static let fittingRounds = 4

  private func capped(_ price: Price, by intent: OpeningIntent) -> Price {
    guard let limit = intent.type.limitPrice else { return price }
    return intent.side == .long ? min(price, limit) : max(price, limit)
  }

  private func fillCosts(
    _ preview: inout OrderPreview, market: Market, amount: BaseAmount, expected: Price, takes: Bool
  ) {
    guard let notional = expected.notionalIfInRange(of: amount, .up) else { return }
    preview.notional = notional
    preview.fee = notional.scaled(by: takes ? fees.takerFeeRate : fees.makerFeeRate, .up)
    if let leverage = preview.leverage, leverage.isPositive {
      preview.margin = notional.margin(at: leverage, .up)
    }
    if let rate = market.funding?.value.rate {
      let paidByLongs = notional.scaled(by: rate, .awayFromZero)
      preview.fundingToSettlement = preview.intent.side == .long ? -paidByLongs : paidByLongs
    }
  }

  private func fillOutcomes(
    _ preview: inout OrderPreview, amount: BaseAmount, expected: Price, takes: Bool,
    isWalked: Bool, limits: RiskLimits
  ) {
    let intent = preview.intent
    // What the walk through the book shows needs no allowance.
    let costs = costs(takes: takes && !isWalked, fee: takes, limits: limits)
    let equity = account.balance?.value.equity
    if let stop = intent.stop.trigger?.triggerPrice,
      let perCoin = PositionSizing.lossPerCoin(
        side: intent.side, entryPrice: expected, stopPrice: stop, costs: costs),
      let loss = perCoin.notionalIfInRange(of: amount, .up)
    {
      preview.lossAtStop = loss
      preview.riskShare = equity.flatMap { loss.fraction(of: $0, .up) }
      preview.lossInR = equity.flatMap {
        loss.fraction(of: $0.scaled(by: limits.riskPerTradeDefault, .towardZero), .up)
      }
    }
    if let target = intent.takeProfit?.triggerPrice, let fee = preview.fee {
      preview.profitAtTarget = PositionSizing.profitAtTarget(
        side: intent.side, entryPrice: expected, targetPrice: target, amount: amount, entryFee: fee,
        exitFeeRate: fees.takerFeeRate)
    }
    if let profit = preview.profitAtTarget, let loss = preview.lossAtStop {
      preview.rewardToRisk = profit.fraction(of: loss, .down)
    }
  }

  private func costs(takes: Bool, fee takerEntry: Bool, limits: RiskLimits) -> PositionSizing.Costs
  {
    PositionSizing.Costs(
      entryFeeRate: takerEntry ? fees.takerFeeRate : fees.makerFeeRate,
      exitFeeRate: fees.takerFeeRate, entrySlippage: takes ? limits.slippageAllowance : .zero,
      exitSlippage: limits.slippageAllowance)
  }

  private func contracts(
    of intent: OpeningIntent, at reference: Price, leverage: Leverage?, takes: Bool,
    limits: RiskLimits, instrument: Instrument
  ) -> Contracts? {
    let equity = account.balance?.value.equity
    func lots(_ notional: Money?) -> Contracts? {
      guard let coins = notional?.value.dividedIfPossible(by: reference.value, .down) else {
        return nil
      }
      return lots(BaseAmount(coins))
    }
    func lots(_ amount: BaseAmount) -> Contracts? {
      amount.value.dividedIfPossible(by: instrument.contractValue.value, .down).map {
        Contracts($0).rounded(to: instrument.lotSize, .towardZero)
      }
    }
    switch intent.size {
    case .contracts(let contracts): return contracts
    case .baseAmount(let amount): return lots(amount)
    case .notional(let notional): return lots(notional)
    case .marginShare(let share):
      guard let equity, let leverage else { return nil }
      let margin = equity.value.multipliedIfInRange(by: share.value, .down)
      return lots(margin?.multipliedIfInRange(by: leverage.value, .down).map(Money.init))
    case .riskShare(let share):
      guard let equity, let stop = intent.stop.trigger?.triggerPrice,
        let risk = equity.value.multipliedIfInRange(by: share.value, .down)
      else { return nil }
      return PositionSizing.contracts(
        risk: Money(risk), side: intent.side, entryPrice: reference, stopPrice: stop,
        costs: costs(takes: takes, fee: takes, limits: limits), instrument: instrument)
    }
  }
}
