import Engine
import MarketData
import Simulation
import Trading
import Units

/// One life of a position in a backtest, with how far the price went for and against it.
public struct BacktestTrade: Sendable, Hashable {
  /// The life as the engine kept it.
  public let cycle: PositionCycle
  /// The mean price of what closed it; that of the last fill where not all of that is known.
  public let exitPrice: Price
  /// The most favorable price while it was held, as a fraction of the entry; zero or above.
  public let favorable: Double
  /// The least favorable price while it was held, as a fraction of the entry; zero or above.
  public let adverse: Double
  /// Why it was opened; empty when no reason was given.
  public let reason: String

  /// What it was opened for, in words that trades of a kind share.
  public var setup: String { TradeSetup.name(reason) }
}

/// What a backtest takes down on its way. Money is the engine's and exact; curves and extremes are
/// estimates for drawing.
public struct BacktestLedger: Sendable {
  /// Lives of positions that ended.
  public private(set) var trades: [BacktestTrade] = []
  /// The equity at candle closes.
  public private(set) var curve: EquityCurve
  /// What fees cost.
  public private(set) var fees = Money.zero
  /// What funding brought; negative is a cost.
  public private(set) var funding = Money.zero
  /// How many fills there were.
  public private(set) var fillCount = 0
  /// How many candles have closed.
  public private(set) var candleCount = 0
  /// How many of them closed with a position in their market.
  public private(set) var exposedCount = 0
  /// What was decided.
  public private(set) var decisions = DecisionTrail()
  /// How often the gate said no, by the code of the denial, in the order of the first.
  public private(set) var denials: [(code: String, count: Int, text: String)] = []
  /// From when on nothing was opened any more; nil while the strategies may trade.
  public private(set) var standstill: Standstill?
  /// The newest warnings and alarms of the engine, oldest first; what the gate denied is counted
  /// by itself.
  public private(set) var warnings = RecentList<String>(capacity: 20)
  /// The equity at the end by the venue; nil while the run goes on.
  public private(set) var finalEquity: Money?
  /// The cash at the end; nil while the run goes on.
  public private(set) var finalCash: Money?

  private var holdings: [Holding]
  private var cashFlow: Double

  private struct Holding: Sendable {
    let instrument: InstrumentID
    let contractValue: BaseAmount
    let tick: Double
    /// How long a candle is, in milliseconds.
    let span: Int64
    var coins = 0.0
    var close = 0.0
    var entry = 0.0
    var highest = 0.0
    var lowest = 0.0
    var lastFillPrice = Price.zero
    /// What the newest opening order was for, and what the position was opened for.
    var wish = ""
    var reason = ""
    /// The candle that is going its way to its end; nil between the ways.
    var ending: CandleTable.Row?

    mutating func reach(_ price: Double) {
      highest = max(highest, price)
      lowest = min(lowest, price)
    }
  }

  init(_ plan: BacktestPlan) {
    cashFlow = Double(plan.deposit)
    curve = EquityCurve(start: Double(plan.deposit))
    holdings = plan.feeds.map { feed in
      Holding(
        instrument: feed.listing.id, contractValue: feed.listing.instrument.contractValue,
        tick: Double(feed.table.tick), span: feed.table.timeFrame.span.milliseconds)
    }
  }

  /// A candle of a series has closed.
  @inline(__always)
  mutating func note(_ row: CandleTable.Row, of place: Int) {
    candleCount &+= 1
    let tick = holdings[place].tick
    holdings[place].close = Double(row.close) * tick
    holdings[place].ending = nil
    if holdings[place].coins != 0 {
      exposedCount &+= 1
      holdings[place].reach(Double(row.high) * tick)
      holdings[place].reach(Double(row.low) * tick)
    }
  }

  /// When a candle of a series closes, in milliseconds since 1970.
  @inline(__always)
  func closeTime(of row: CandleTable.Row, of place: Int) -> Int64 {
    row.openTime &+ holdings[place].span
  }

  /// All candles that close with a turn have closed, the last of them then.
  @inline(__always)
  mutating func noteEquity(at closeTime: Int64) {
    var equity = cashFlow
    for at in holdings.indices { equity += holdings[at].coins * holdings[at].close }
    curve.note(equity, at: closeTime)
  }

  /// A candle goes its way to its end: what happens from here on happens inside it.
  mutating func noteEnding(_ row: CandleTable.Row?, of place: Int) {
    holdings[place].ending = row
  }

  /// The first candles of a stretch of the one series have closed, and nothing was traded.
  mutating func pass(_ stretch: CandleStretch, count: Int) {
    for row in stretch.rows.prefix(count) {
      note(row, of: 0)
      noteEquity(at: closeTime(of: row, of: 0))
    }
  }

  mutating func note(_ records: [Record]) {
    for record in records {
      switch record {
      case .fill(let fill, _): note(fill)
      case .positionCycle(let cycle, _): note(cycle)
      case .funding(let payment):
        funding += payment.amount
        cashFlow += Double(payment.amount)
      case .denial(let denial): note(denial)
      case .stateChanged(let change):
        guard standstill == nil, change.state != .running else { break }
        standstill = Standstill(from: change.at, reason: change.reason)
      case .runStarted, .runEnded, .intent, .orderChanged, .triggerChanged, .command,
        .requestAnswered, .equity, .note, .plan, .alertRule, .alert,
        .alertAcknowledged, .events, .checkpoint:
        break
      }
    }
  }

  /// An order is sent, for reasons of which the first is the most important.
  mutating func note(_ request: OrderRequest, for reasons: [String], at time: Timestamp) {
    decisions.note(request, at: time)
    guard !request.reduceOnly,
      let place = holdings.firstIndex(where: { $0.instrument == request.instrument })
    else { return }
    holdings[place].wish = reasons.first ?? ""
  }

  /// Protection is asked for.
  mutating func note(_ request: ProtectionRequest, at time: Timestamp) {
    decisions.note(request, at: time)
  }

  /// Something is canceled.
  mutating func noteCancel(of instrument: InstrumentID, at time: Timestamp) {
    decisions.noteCancel(of: instrument, at: time)
  }

  mutating func note(_ notice: Notice) {
    guard notice.kind != .denied else { return }
    switch notice.level {
    case .warning, .alarm: warnings.append(notice.text)
    case .notice, .user: break
    }
  }

  mutating func finish(_ exchange: CandleExchange) {
    let balance = exchange.venue.balance(of: exchange.account)
    finalEquity = balance.equity
    finalCash = balance.cash
  }

  private mutating func note(_ fill: Fill) {
    guard let place = holdings.firstIndex(where: { $0.instrument == fill.instrument }) else {
      return
    }
    fillCount += 1
    fees += fill.fee
    let amount = fill.contracts.baseAmount(contractValue: holdings[place].contractValue)
    let coins = fill.side == .buy ? Double(amount) : -Double(amount)
    let price = Double(fill.price)
    holdings[place].lastFillPrice = fill.price
    cashFlow -= coins * price + Double(fill.fee)
    let before = holdings[place].coins
    let after = before + coins
    // What is left of a closed position is dust of binary rounding.
    holdings[place].coins = abs(after) < 1e-12 * max(1, abs(coins)) ? 0 : after
    guard before == 0 else { return holdings[place].reach(price) }
    holdings[place].reason = holdings[place].wish
    holdings[place].entry = price
    holdings[place].highest = price
    holdings[place].lowest = price
  }

  private mutating func note(_ cycle: PositionCycle) {
    guard cycle.closedAt != nil,
      var holding = holdings.first(where: { $0.instrument == cycle.key.instrument })
    else { return }
    // On the pessimistic path a target inside a candle is met behind the worst price of it.
    if cycle.ending == .takeProfit, let row = holding.ending {
      holding.reach(Double(cycle.side == .long ? row.low : row.high) * holding.tick)
    }
    // Where two markets end in one moment, a life can end before its last fill is told.
    let exitPrice = cycle.exitPrice ?? holding.lastFillPrice
    holding.reach(Double(exitPrice))
    let entry = holding.entry
    let up = entry > 0 ? max(0, holding.highest / entry - 1) : 0
    let down = entry > 0 ? max(0, 1 - holding.lowest / entry) : 0
    trades.append(
      BacktestTrade(
        cycle: cycle, exitPrice: exitPrice, favorable: cycle.side == .long ? up : down,
        adverse: cycle.side == .long ? down : up, reason: holding.reason))
  }

  private mutating func note(_ denial: DenialRecord) {
    if case .open = denial.intent { standstill?.missedCount += 1 }
    if let place = denials.firstIndex(where: { $0.code == denial.code }) {
      denials[place].count += 1
    } else {
      denials.append((denial.code, 1, denial.text))
    }
  }
}
