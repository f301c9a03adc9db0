import AccountData
import Engine
import Trading
import Units

/// What is computed from the account for a frame, once: most of it stands in several panels.
struct AccountFigures: Sendable {
  /// The positions with everything that is computed from them, ordered by instrument.
  let positions: [PositionFigures]
  /// Whether the account was read: before, nothing is known of positions and orders either.
  let isRead: Bool
  /// The unrealized profit of all positions at the newest mark prices; nil before the account was
  /// read.
  let unrealizedPnL: Money?
  /// The collateral in positions; nil before the account was read.
  let usedMargin: Money?
  /// The equity at the newest mark prices; nil before the first balance.
  let equity: Money?
  /// Today's profit and loss, nil before the first reports.
  let dayProfit: Money?
  /// Today's profit and loss as a share of the equity at the start of the day.
  let dayShare: Rate?
  /// The rows of the orders panel, those of unknown outcome first.
  let orderRows: [OrderRow]

  /// Computes them.
  init(_ snapshot: EngineSnapshot) {
    let account = snapshot.account
    positions = snapshot.positions
    isRead = snapshot.ordersAreKnown
    let unrealized: Money = positions.reduce(.zero) { $0 + $1.unrealizedPnL }
    unrealizedPnL = isRead ? unrealized : nil
    usedMargin = isRead ? account.usedMargin : nil
    equity = snapshot.equity(unrealized: unrealized)
    dayProfit = account.day.profit(unrealized: unrealized)
    dayShare = account.day.share(unrealized: unrealized)
    orderRows = OrderRow.all(of: snapshot)
  }
}
