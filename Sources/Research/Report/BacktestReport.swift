import AccountData
import Engine
import MarketData
import Simulation
import Strategies
import Trading
import Units

/// What a backtest found, with what it assumed. Money is exact, shares and means are estimates.
public struct BacktestReport: Sendable {
  /// The strategies by name, each with the instrument that it trades.
  public let strategies: [(name: String, instrument: InstrumentID)]
  /// The instruments with the names of their files.
  public let markets: [(instrument: InstrumentID, file: String)]
  /// When the first candle opened.
  public let start: Timestamp
  /// When the last candle that was replayed closed.
  public let end: Timestamp
  /// Whether the run was stopped before its end.
  public let isPartial: Bool
  /// How many candles were replayed.
  public let candleCount: Int
  /// How many candles the files leave out.
  public let missingCount: Int
  /// Where they do.
  public let gaps: [RecordedGap]
  /// The money at the start.
  public let deposit: Money
  /// The worth at the end, the last position at the last price.
  public let finalEquity: Money
  /// What fees cost.
  public let fees: Money
  /// What funding brought; negative is a cost.
  public let funding: Money
  /// What slippage cost: how far the assumption moved the prices of fills against their orders.
  public let slippageCost: Money
  /// Whether funding was charged at all.
  public let hasFunding: Bool
  /// The lives of positions that ended, oldest first.
  public let trades: [BacktestTrade]
  /// The equity over time.
  public let curve: EquityCurve
  /// The share of candles that closed with a position.
  public let exposure: Double
  /// How often the gate said no.
  public let denials: [(code: String, count: Int, text: String)]
  /// From when on nothing was opened any more; nil when the strategies could trade to the end.
  public let standstill: Standstill?
  /// The newest warnings of the engine.
  public let warnings: [String]
  /// How many trades won.
  public let winCount: Int
  /// What the winners brought together.
  public let grossProfit: Money
  /// What the others lost together, zero or above.
  public let grossLoss: Money
  /// The mean result of a trade in money, with its interval; nil below ten trades.
  public let expectancy: BootstrapInterval?
  /// The mean result in R, with its interval; nil below ten trades with a stop.
  public let expectancyR: BootstrapInterval?
  /// The mean result of a trade as a share of the equity before it; nil without trades.
  public let meanShare: Double?
  /// How likely chance alone is to bring that mean.
  public let chance: Chance
  /// What looking for decisions that rest on the future found; nil when nobody looked.
  public var lookAhead: LookAhead.Outcome?
  /// What the trades in other orders came to; nil when nobody drew, or there were too few.
  public var tradeOrders: MonteCarlo.Draws?
  /// What the same strategies came to on candles in other orders; nil when nobody drew.
  public var candleOrders: MonteCarlo.Draws?
  /// How many orders of the candles were asked for; nil when none were.
  public var candleOrdersAsked: Int?
  /// Positions that the end found open.
  public let openPositions: [OpenPosition]
  /// What of the result neither a trade nor an open position tells; zero but for a position whose
  /// life the engine never learned of, and for a run that was stopped.
  public let inNoTrade: Money
  /// How many positions the exchange liquidated.
  public let liquidationCount: Int
  /// What in the inputs is hardly real, one sentence each.
  public let doubts: [String]
  /// The trades by what they were opened for, the most frequent first.
  public let setups: [SetupFigures]
  /// What the run assumed.
  public let assumptions: [String]

  /// Sums a run up.
  public init(_ run: BacktestRun) {
    let ledger = run.ledger
    strategies = run.plan.strategies.map { ($0.name, $0.instrument) }
    markets = run.plan.feeds.map { ($0.listing.id, $0.table.name) }
    start = run.plan.feeds.map(\.table.startTime).min() ?? run.exchange.now
    end = run.ledger.finalEquity == nil ? run.exchange.now : Self.end(of: run.plan)
    isPartial = ledger.finalEquity == nil
    candleCount = ledger.candleCount
    coveredDays =
      run.plan.feeds.map {
        Double($0.table.rows.count) * Double($0.table.timeFrame.span.milliseconds) / 86_400_000
      }.max() ?? 0
    gaps = run.plan.feeds.flatMap(\.table.gaps)
    missingCount = gaps.reduce(0) { $0 + $1.count }
    deposit = run.plan.deposit
    finalEquity = run.exchange.venue.balance(of: run.exchange.account).equity
    fees = ledger.fees
    funding = ledger.funding
    slippageCost = run.exchange.venue.totals(of: run.exchange.account).slippage
    hasFunding = !run.plan.funding.isEmpty
    trades = ledger.trades
    var curve = ledger.curve
    curve.end()
    self.curve = curve
    openPositions = run.exchange.venue.positions(of: run.exchange.account).map(OpenPosition.init)
    inNoTrade =
      isPartial ? .zero : Self.inNoTrade(run, finalEquity: finalEquity, open: openPositions)
    liquidationCount = trades.count { $0.cycle.ending == .liquidation }
    doubts = InputDoubts.sentences(run.plan)
    setups = SetupFigures.all(of: trades)
    exposure = Double(ledger.exposedCount) / Double(max(1, ledger.candleCount))
    denials = ledger.denials
    standstill = ledger.standstill
    warnings = Array(ledger.warnings)
    let sums = TradeSums(trades)
    winCount = sums.winCount
    grossProfit = sums.grossProfit
    grossLoss = sums.grossLoss
    expectancy = BootstrapInterval(sums.results)
    expectancyR = BootstrapInterval(sums.multiples)
    let shares = MonteCarlo.shares(trades, deposit)
    meanShare = shares.isEmpty ? nil : shares.reduce(0, +) / Double(shares.count)
    chance = Chance(ofTrades: shares)
    assumptions = Self.assumptions(run.plan)
  }

  /// The result as a share of the deposit.
  public var totalReturn: Double { Double(finalEquity) / Double(deposit) - 1 }

  /// The share of trades that won; nil without trades.
  public var winRate: Double? {
    trades.isEmpty ? nil : Double(winCount) / Double(trades.count)
  }

  /// What was won over what was lost; nil when nothing was lost.
  public var profitFactor: Double? {
    grossLoss.isPositive ? Double(grossProfit) / Double(grossLoss) : nil
  }

  /// The names of the strategies, each once.
  var strategyNames: String {
    var names: [String] = []
    for strategy in strategies where !names.contains(strategy.name) { names.append(strategy.name) }
    return names.joined(separator: ", ")
  }

  /// How far the price went for a trade in the mean, as a fraction of its entry; nil without
  /// trades.
  var meanFavorable: Double? { mean(\.favorable) }

  /// How far the price went against a trade in the mean, as a fraction of its entry; nil without
  /// trades.
  var meanAdverse: Double? { mean(\.adverse) }

  private func mean(_ value: (BacktestTrade) -> Double) -> Double? {
    trades.isEmpty ? nil : trades.reduce(0) { $0 + value($1) } / Double(trades.count)
  }

  /// The length of the run in days.
  public var days: Double { Double((end - start).milliseconds) / 86_400_000 }

  /// The shortest run whose return is stated by the year.
  public static let annualizedFromDays = 90.0

  /// How many days the candles of the longest market cover, holes left out.
  public let coveredDays: Double

  /// The return by the year; nil for a short run, for one whose candles cover few days, and for one
  /// that stood still or never held anything, of which it would say nothing.
  public var annualReturn: Double? {
    guard standstill == nil, coveredDays >= Self.annualizedFromDays,
      days >= Self.annualizedFromDays, totalReturn > -1, !heldNothing
    else { return nil }
    return power(1 + totalReturn, 365 / days) - 1
  }

  /// Whether no position was ever held.
  var heldNothing: Bool { trades.isEmpty && openPositions.isEmpty }

  /// How many trades there are in each class of R, lowest first; a class has its lower end and
  /// not its upper one.
  public var multiples: [(class: String, count: Int)] {
    var counts = [Int](repeating: 0, count: Self.multipleEnds.count + 1)
    var hasAny = false
    for trade in trades {
      guard let multiple = trade.cycle.rMultiple else { continue }
      hasAny = true
      counts[Self.multipleEnds.count { Double($0) <= Double(multiple) }] += 1
    }
    guard hasAny else { return [] }
    return counts.enumerated().map { place, count in
      let lower = place > 0 ? "\(Self.multipleEnds[place - 1])" : nil
      let upper = place < Self.multipleEnds.count ? "\(Self.multipleEnds[place])" : nil
      let name =
        if let lower, let upper { "\(lower) to \(upper)" } else if let upper {
          "below \(upper)"
        } else { "\(lower ?? "") and more" }
      return (name, count)
    }
  }

  /// Where a class of R ends and the next begins.
  private static let multipleEnds = [-3, -2, -1, 0, 1, 2, 3, 4, 5]

  private static func inNoTrade(
    _ run: BacktestRun, finalEquity: Money, open: [OpenPosition]
  ) -> Money {
    let account = run.engine.snapshot(at: run.exchange.now).account
    let ended = run.ledger.trades.reduce(run.plan.deposit) { $0 + $1.cycle.netPnL }
    let paid = account.positions.held.reduce(ended) { $0 + $1.cycle.netPnL }
    let missing = finalEquity - open.reduce(paid) { $0 + $1.unrealizedPnL }
    // Divisions leave parts of a cent.
    return missing > "0.01" || missing < "-0.01" ? missing : .zero
  }

  private static func end(of plan: BacktestPlan) -> Timestamp {
    plan.feeds.map(\.table.endTime).max() ?? Timestamp(milliseconds: 0)
  }

  private static func rules(of feed: CandleFeed, _ plan: BacktestPlan) -> String {
    let instrument = feed.listing.instrument
    let leverage = min(plan.leverage, instrument.maximumLeverage)
    let rules =
      switch feed.rules {
      case .listed: "sizes, margin tiers and largest leverage of BloFin"
      case .generic:
        "not among the built-in instruments: \(coins(instrument.contractValue)) a contract, sizes "
          + "and margin tiers of a mid cap"
      case .unbound:
        "no rules bind: one coin a contract, steps of \(instrument.lotSize), one margin tier"
      }
    return "\(instrument.id): leverage \(leverage) of at most \(instrument.maximumLeverage), "
      + "collateral \(plan.marginMode.rawValue); \(rules)"
  }

  private static func coins(_ amount: BaseAmount) -> String {
    amount == 1 ? "one coin" : "\(amount) coins"
  }

  /// Where the slippage ends: a fill is on a price step.
  private static func steps(_ plan: BacktestPlan) -> String {
    guard plan.slippage.isPositive else { return "" }
    var ticks: [String] = []
    for feed in plan.feeds where !ticks.contains("\(feed.table.tick)") {
      ticks.append("\(feed.table.tick)")
    }
    return " and on to the next whole price step of \(ticks.joined(separator: " or "))"
  }

  private static func assumptions(_ plan: BacktestPlan) -> [String] {
    [
      "signals see closed candles; orders fill at the opening of the next one, moved by "
        + "\(plan.slippage) of the price against the order\(steps(plan)), after "
        + "\(plan.latency.outward) on the way",
      "inside a candle the price takes the pessimistic path: whoever is long meets the low first",
      "a resting order fills only when the price goes through its own",
      "any size fills: candles tell no depth",
      "fees \(plan.fees.takerFeeRate) taker, \(plan.fees.makerFeeRate) maker; mark price is the "
        + "last price",
      "R is the net result of a trade over what it would have lost at its first stop, with both "
        + "fees and the slippage that the risk gate allows for",
      plan.funding.isEmpty
        ? "no funding was charged"
        : "funding as recorded; what falls inside a candle is paid before its way, and received "
          + "behind it for what is still held",
    ] + plan.feeds.map { rules(of: $0, plan) }
  }
}

/// Returns a number above zero to a power.
func power(_ base: Double, _ exponent: Double) -> Double {
  // By squaring the whole part and taking roots for the rest; forty halvings are past the last bit.
  var result = 1.0
  var whole = base
  var count = Int(exponent)
  var rest = exponent - Double(count)
  while count > 0 {
    if count & 1 == 1 { result *= whole }
    whole *= whole
    count >>= 1
  }
  var root = base
  for _ in 0..<52 where rest > 0 {
    root = root.squareRoot()
    rest *= 2
    if rest >= 1 {
      result *= root
      rest -= 1
    }
  }
  return result
}

/// What trades came to, one by one and together.
private struct TradeSums {
  var winCount = 0
  var grossProfit = Money.zero
  /// Zero or above.
  var grossLoss = Money.zero
  /// The net result of each in USDT.
  var results: [Double] = []
  /// The result in R of those that had a stop.
  var multiples: [Double] = []

  init(_ trades: [BacktestTrade]) {
    results.reserveCapacity(trades.count)
    for trade in trades {
      let net = trade.cycle.netPnL
      results.append(Double(net))
      if net.isPositive {
        winCount += 1
        grossProfit += net
      } else {
        grossLoss -= net
      }
      if let multiple = trade.cycle.rMultiple { multiples.append(Double(multiple)) }
    }
  }
}
