import AccountData
import MarketData
import Trading
import Units

/// The worth of an account at the newest mark prices.
public enum MarkedEquity {
  /// The unrealized profit of all positions.
  public static func unrealizedPnL(_ account: Account, _ markets: Markets) -> Money {
    var sum = Money.zero
    for place in account.positions.held.indices {
      // Field by field: a position is large, and this is asked at every price.
      guard let at = markets.position(of: account.positions.held[place].report.key.instrument),
        let mark = markets.all[at].mark(
          since: account.positions.held[place].receivedAt,
          reported: account.positions.held[place].report.markPrice)
      else {
        sum += account.positions.held[place].report.unrealizedPnL
        continue
      }
      sum += ProfitAndLoss.unrealized(
        side: account.positions.held[place].report.side,
        amount: markets.all[at].instrument.baseAmount(
          of: account.positions.held[place].report.contracts),
        entryPrice: account.positions.held[place].report.entryPrice, markPrice: mark)
    }
    return sum
  }

  /// Cash and unrealized profit; nil before the first balance.
  public static func equity(_ account: Account, _ markets: Markets) -> Money? {
    account.balance.map { $0.value.cash + unrealizedPnL(account, markets) }
  }

  /// The mark price that one position is valued at and its profit there, as they are in the sum of
  /// all: the newest mark that is believed, else what the exchange reported.
  public static func worth(
    of held: HeldPosition, _ market: Market?
  ) -> (markPrice: Price, unrealizedPnL: Money) {
    guard let market,
      let mark = market.mark(since: held.receivedAt, reported: held.report.markPrice)
    else { return (held.report.markPrice, held.report.unrealizedPnL) }
    let profit = ProfitAndLoss.unrealized(
      side: held.report.side, amount: market.instrument.baseAmount(of: held.report.contracts),
      entryPrice: held.report.entryPrice, markPrice: mark)
    return (mark, profit)
  }
}
