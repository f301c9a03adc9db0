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
  /// Returns the worst case of an instrument with so much more bought (positive) or sold.
  ///
  /// Nil when a price or contract value is missing while there is something to value.
  func exposure(_ instrument: InstrumentID, adding extra: Contracts = .zero) -> Exposure? {
    var buys = max(.zero, extra)
    var sells = max(.zero, -extra)
    var orderMargin = Money.zero
    let known = markets.position(of: instrument)
    for order in account.orders.open where order.instrument == instrument && order.addsExposure {
      let remaining = order.remainingContracts
      if order.side == .buy { buys += remaining } else { sells += remaining }
      guard let known, let margin = margin(of: order, in: markets.all[known]) else { return nil }
      orderMargin += margin
    }
    let worst: Contracts
    let gross: Contracts
    if account.positionMode == .hedge {
      let long = account.positions.contracts(instrument, .long) + buys
      let short = account.positions.contracts(instrument, .short) + sells
      worst = max(long, short)
      gross = long + short
    } else {
      let net = account.positions.netContracts(instrument)
      worst = max((net + buys).magnitude, (net - sells).magnitude)
      gross = worst
    }
    guard worst.isPositive else {
      return Exposure(
        contracts: .zero, notional: .zero, grossNotional: .zero, orderMargin: orderMargin)
    }
    guard let known,
      let price = markets.all[known].markPrice ?? reportedMark(instrument)
        ?? highestLimit(instrument),
      let notional = price.notionalIfInRange(
        of: markets.all[known].instrument.baseAmount(of: worst), .up),
      let grossNotional = price.notionalIfInRange(
        of: markets.all[known].instrument.baseAmount(of: gross), .up)
    else { return nil }
    return Exposure(
      contracts: worst, notional: notional, grossNotional: grossNotional,
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

  /// Returns the collateral of all positions and of all opening orders; nil when not computable.
  func marginUsed() -> Money? {
    var sum = account.usedMargin
    for instrument in exposedInstruments {
      guard let exposure = exposure(instrument) else { return nil }
      sum += exposure.orderMargin
    }
    return sum
  }

  /// Returns the collateral of orders that the exchange's balance cannot show yet: those that were
  /// sent after it was stated or whose outcome is unknown.
  func marginInFlight() -> Money? {
    var sum = Money.zero
    for order in account.orders.open where order.addsExposure {
      let isNew = account.balance.map { order.createdAt >= $0.receivedAt } ?? true
      guard isNew || order.state == .sent || order.state == .unknown else { continue }
      guard let known = markets.position(of: order.instrument),
        let margin = margin(of: order, in: markets.all[known])
      else { return nil }
      sum += margin
    }
    return sum
  }

  /// The instruments with a position or an opening order, each once, in a fixed order.
  var exposedInstruments: [InstrumentID] {
    var names: [InstrumentID] = []
    for position in account.positions.held where !names.contains(position.key.instrument) {
      names.append(position.key.instrument)
    }
    for order in account.orders.open where order.addsExposure && !names.contains(order.instrument) {
      names.append(order.instrument)
    }
    return names
  }

  private func margin(of order: TrackedOrder, in market: Market) -> Money? {
    // One that is not known yet counts as none: the collateral is not underestimated.
    let leverage = account.leverage(order.instrument, order.marginMode, order.slot) ?? 1
    guard leverage.isPositive, let price = order.type.limitPrice ?? market.markPrice,
      let notional = price.notionalIfInRange(
        of: market.instrument.baseAmount(of: order.remainingContracts), .up)
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
