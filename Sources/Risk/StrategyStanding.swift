import AccountData
import Trading
import Units

/// Where a strategy stands against its own limits.
public struct StrategyStanding: Sendable, Hashable {
  /// The limits.
  public let limits: StrategyLimits
  /// How many positions it opened today, opening orders included that have not become one yet.
  public let trades: Int
  /// The realized loss of today after fees and funding, zero on a day with a profit; nil while the
  /// end of a position is not told completely.
  public let lost: Money?
  /// The loss from which on nothing is opened; nil without one and while the day's first equity is
  /// not known.
  public let lossLimit: Money?
  /// How many stops were hit in a row.
  public let stopOutsInARow: Int
}

extension RiskContext {
  /// Returns where the strategy of these limits stands.
  public func standing(of limits: StrategyLimits) -> StrategyStanding {
    let tally = breakers.tally(of: limits.name)
    let source = CommandSource.strategy(limits.name)
    // An opening order that has not become a position yet will count as one.
    let coming = account.orders.open.count { order in
      guard order.owner == .own(source), order.addsExposure else { return false }
      let key = PositionKey(
        instrument: order.instrument, slot: order.slot, marginMode: order.marginMode)
      return account.positions[key] == nil
    }
    var lossLimit: Money?
    if let first = account.day.equityAtStart {
      lossLimit = limits.dailyLossMaximum.map { first.scaled(by: $0, .down) }
      if let money = limits.dailyLossMoneyMaximum {
        lossLimit = lossLimit.map { min($0, money) } ?? money
      }
    }
    return StrategyStanding(
      limits: limits, trades: tally.tradesToday + coming,
      lost: account.positions.isEnding(of: source) ? nil : max(.zero, -tally.netToday),
      lossLimit: lossLimit, stopOutsInARow: tally.stopOutsInARow)
  }

  /// Returns the largest value that the limits allow of the instrument's position and orders; nil
  /// without such a limit and where it cannot be computed.
  public func notionalLimit(of limits: StrategyLimits) -> Money? {
    var limit = limits.notionalPerPairMoneyMaximum
    if let multiple = limits.notionalPerPairMaximum {
      guard
        let share = account.balance?.value.equity.value.multipliedIfInRange(
          by: multiple.value, .down)
      else { return nil }
      limit = limit.map { min($0, Money(share)) } ?? Money(share)
    }
    return limit
  }

  /// Returns what the position and the opening orders of an instrument are worth at most; nil when
  /// a price is missing.
  public func notional(of instrument: InstrumentID) -> Money? {
    exposure(instrument)?.grossNotional
  }
}
