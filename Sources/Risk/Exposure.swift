import AccountData
import MarketData
import Trading
import Units

/// What positions and opening orders are worth at most, orders of unknown outcome in full (I3).
public struct Exposure: Sendable, Hashable {
  /// The worst case of one instrument: every opening order of one side fills. In hedge mode, in
  /// which a long and a short are held beside each other, that the other side is closed as well.
  public let contracts: Contracts
  /// Its value at the mark price.
  public let notional: Money
  /// The value of all that is held when every opening order of one side fills: in hedge mode that
  /// of the long and the short together, for each of them can be lost.
  public let grossNotional: Money
  /// The collateral that opening orders of the instrument will take.
  public let orderMargin: Money
}

extension RiskContext {
  /// Returns the worst case of an instrument with so much more bought (positive) or sold, the
  /// latter at a limit or, with nil, at the market.
  ///
  /// What is sold above the mark is worth its own price when it fills. Nil when a price or contract
  /// value is missing while there is something to value.
  func exposure(
    _ instrument: InstrumentID, adding extra: Contracts = .zero, at limit: Price? = nil
  ) -> Exposure? {
    let known = markets.position(of: instrument)
    let mark =
      known.flatMap { markets.all[$0].markPrice } ?? reportedMark(instrument)
      ?? highestLimit(instrument)
    var buys = max(.zero, extra)
    var sells = ComingSales()
    var orderMargin = Money.zero
    if extra.isNegative {
      sells.add(-extra, at: limit, mark: mark)
    }
    for order in account.orders.open where order.instrument == instrument && order.addsExposure {
      guard let known, let margin = margin(of: order, in: markets.all[known]) else { return nil }
      let remaining = order.remainingContracts
      if order.side == .buy {
        buys += remaining
      } else {
        sells.add(remaining, at: order.type.limitPrice, mark: mark)
      }
      orderMargin += margin
    }
    /// What so many contracts are worth, those sold above the mark among them at their own price.
    func value(of contracts: Contracts, _ sales: ComingSales = ComingSales()) -> Money? {
      guard contracts.isPositive else { return .zero }
      guard let known, let mark else { return nil }
      let instrument = markets.all[known].instrument
      var rest = contracts
      var sum = Money.zero
      // Sales that only close what is held leave nothing: what is left was sold at the dearest.
      for sale in sales.aboveMark.sorted(by: { $0.price > $1.price }) where rest.isPositive {
        let part = min(rest, sale.contracts)
        guard let value = sale.price.notionalIfInRange(of: instrument.baseAmount(of: part), .up)
        else { return nil }
        sum += value
        rest -= part
      }
      return mark.notionalIfInRange(of: instrument.baseAmount(of: rest), .up).map { $0 + sum }
    }
    if account.positionMode == .hedge {
      let long = account.positions.contracts(instrument, .long) + buys
      let short = account.positions.contracts(instrument, .short) + sells.contracts
      guard let longValue = value(of: long), let shortValue = value(of: short, sells) else {
        return nil
      }
      return Exposure(
        contracts: max(long, short), notional: max(longValue, shortValue),
        grossNotional: longValue + shortValue, orderMargin: orderMargin)
    }
    let net = account.positions.netContracts(instrument)
    let bought = net + buys
    let sold = net - sells.contracts
    guard let boughtValue = value(of: bought.magnitude),
      let soldValue = sold.isNegative ? value(of: -sold, sells) : value(of: sold)
    else { return nil }
    let worst = max(boughtValue, soldValue)
    return Exposure(
      contracts: max(bought.magnitude, sold.magnitude), notional: worst, grossNotional: worst,
      orderMargin: orderMargin)
  }

  /// How long an exit that takes at once is waited for before another one may leave.
  public static let closingPatience = TimeSpan.seconds(2)

  /// Returns what of a position can still be closed: what is held, less what orders that take at
  /// once are already closing. Orders of unknown outcome are not subtracted, and neither are those
  /// that should have filled long ago: an exit must not wait (K12).
  public func closableContracts(_ key: PositionKey) -> Contracts {
    var contracts = account.positions.closableContracts(key)
    for order in account.orders.open
    where order.reduceOnly && order.type == .market && order.instrument == key.instrument
      && order.slot == key.slot && order.marginMode == key.marginMode
      && now - order.createdAt < Self.closingPatience
    {
      switch order.state {
      case .sent, .live, .partiallyFilled: contracts -= order.remainingContracts
      case .pendingCancel, .unknown, .lost, .filled, .canceled, .rejected, .expired: break
      }
    }
    return max(.zero, contracts)
  }

  /// Returns what exits that rest in the book will close of a position, those of unknown outcome
  /// included.
  func restingExits(_ key: PositionKey) -> Contracts {
    var contracts = Contracts.zero
    for order in account.orders.open
    where order.reduceOnly && order.type.mayRest && order.instrument == key.instrument
      && order.slot == key.slot && order.marginMode == key.marginMode
    {
      switch order.state {
      case .sent, .live, .partiallyFilled, .unknown: contracts += order.remainingContracts
      case .pendingCancel, .lost, .filled, .canceled, .rejected, .expired: break
      }
    }
    return contracts
  }

  /// Returns the value of all positions and opening orders, but for one instrument.
  func totalNotional(except instrument: InstrumentID) -> Money? {
    var sum = Money.zero
    for other in exposedInstruments where other != instrument {
      guard let exposure = exposure(other) else { return nil }
      sum += exposure.grossNotional
    }
    return sum
  }

  /// Returns the collateral of all positions, what has filled and is in no report yet included, and
  /// of all opening orders; nil when not computable.
  func marginUsed() -> Money? {
    var sum = account.usedMargin
    for growth in account.positions.unreportedGrowth {
      guard let known = markets.position(of: growth.key.instrument),
        let price = markets.all[known].markPrice ?? growth.price,
        let margin = margin(of: growth.contracts, at: price, growth.key, in: markets.all[known])
      else { return nil }
      sum += margin
    }
    for instrument in exposedInstruments {
      guard let exposure = exposure(instrument) else { return nil }
      sum += exposure.orderMargin
    }
    return sum
  }

  /// Returns the collateral of orders that the exchange's balance cannot show yet: those that were
  /// sent after it was stated, with what has filled of them, or whose outcome is unknown.
  func marginInFlight() -> Money? {
    var sum = Money.zero
    let statedAt = account.balance?.receivedAt
    func add(_ order: TrackedOrder) -> Bool {
      let isNew = statedAt.map { order.createdAt >= $0 } ?? true
      // What is as old as the balance may have filled with it.
      let isNewer = statedAt.map { order.createdAt > $0 } ?? true
      var contracts = isNewer ? order.progress.filledContracts : .zero
      if order.addsExposure, isNew || order.state == .sent || order.state == .unknown {
        contracts += order.remainingContracts
      }
      guard contracts.isPositive else { return true }
      guard let known = markets.position(of: order.instrument),
        let price = order.type.limitPrice ?? order.progress.averagePrice
          ?? markets.all[known].markPrice,
        let margin = margin(of: contracts, at: price, order.positionKey, in: markets.all[known])
      else { return false }
      sum += margin
      return true
    }
    let orders = account.orders
    for order in orders.open where !order.reduceOnly {
      guard add(order) else { return nil }
    }
    for place in orders.ended.indices.reversed() {
      // What ended before the balance was sent before it, and so was all that ended earlier.
      if let statedAt, orders.ended[place].changedAt < statedAt { break }
      guard orders.ended[place].reduceOnly || add(orders.ended[place]) else { return nil }
    }
    return sum
  }

  /// The instruments with a position, a fill that no report shows yet or an opening order, each
  /// once, in a fixed order.
  var exposedInstruments: [InstrumentID] {
    var names: [InstrumentID] = []
    for position in account.positions.held where !names.contains(position.key.instrument) {
      names.append(position.key.instrument)
    }
    for growth in account.positions.unreportedGrowth
    where !names.contains(growth.key.instrument) {
      names.append(growth.key.instrument)
    }
    for order in account.orders.open where order.addsExposure && !names.contains(order.instrument) {
      names.append(order.instrument)
    }
    return names
  }

  private func margin(of order: TrackedOrder, in market: Market) -> Money? {
    guard let price = order.type.limitPrice ?? market.markPrice else { return nil }
    return margin(of: order.remainingContracts, at: price, order.positionKey, in: market)
  }

  private func margin(
    of contracts: Contracts, at price: Price, _ key: PositionKey, in market: Market
  ) -> Money? {
    // One that is not known yet counts as none: the collateral is not underestimated.
    let leverage = account.leverage(key.instrument, key.marginMode, key.slot) ?? 1
    guard leverage.isPositive,
      let notional = price.notionalIfInRange(
        of: market.instrument.baseAmount(of: contracts), .up)
    else { return nil }
    return notional.margin(at: leverage, .up)
  }

  /// The first instrument in which something is open that nothing here gives a value; nil where
  /// everything has one.
  var unvaluedInstrument: InstrumentID? { exposedInstruments.first { exposure($0) == nil } }

  /// The highest price that opening orders name, for an instrument without any price of the market.
  private func highestLimit(_ instrument: InstrumentID) -> Price? {
    account.orders.open.lazy
      .filter { $0.instrument == instrument && $0.addsExposure }
      .compactMap(\.type.limitPrice).max()
  }

  private func reportedMark(_ instrument: InstrumentID) -> Price? {
    account.positions.held.first { $0.key.instrument == instrument }?.report.markPrice
  }
}

/// What orders will sell, those apart that name a price above the mark.
private struct ComingSales {
  /// All of it.
  var contracts = Contracts.zero
  /// What of it is sold above the mark, each at its own price.
  var aboveMark: [(price: Price, contracts: Contracts)] = []

  /// Adds an order, at a limit or at the market.
  mutating func add(_ more: Contracts, at limit: Price?, mark: Price?) {
    contracts += more
    guard let limit, let mark, limit > mark else { return }
    aboveMark.append((limit, more))
  }
}
