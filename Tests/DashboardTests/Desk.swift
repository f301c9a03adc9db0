import AccountData
import Engine
import MarketData
import Risk
import Screen
import TestSupport
import Testing
import Trading
import Units

@testable import Dashboard

/// An engine in a known state and a dashboard over it, with a hand on the clock.
struct Desk {
  var engine: TradingEngine
  var model: DashboardModel
  var now = Sample.start
  /// How the channels of alerts stand, which the engine does not tell.
  var channels: [ChannelStatus] = []
  private var sequence: UInt64 = 0

  static let solana = Sample.instrument(
    "SOL-USDT", value: "1", tick: "0.001", lot: "0.1", largest: 50_000, leverage: 75)

  static let limits = RiskLimits(
    riskPerTradeDefault: "0.01", riskPerTradeMaximum: "0.02", rewardToRiskMinimum: 2,
    notionalPerPairMaximum: 3, notionalTotalMaximum: 5, marginUsedMaximum: "0.5",
    leverageMaximum: 10, openPositionsMaximum: 5, ordersPerMinuteMaximum: 20, priceCollar: "0.02",
    priceDivergenceMaximum: "0.02", slippageAllowance: "0.0005",
    liquidationDistanceMinimum: "0.005", liquidationMayBeStop: false,
    marketAgeMaximum: .seconds(600), balanceAgeMaximum: .seconds(600),
    clockOffsetMaximum: .seconds(2), marginPerTrade: "0.1", duplicateWindow: .zero,
    day: DayLimits(
      lossMaximum: "0.03", lossMoneyMaximum: nil, drawdownMaximum: "0.1",
      stopOutsInARowMaximum: 3, afterStopOuts: .approval, tradesPerDayMaximum: 20,
      cooldownAfterStop: .minutes(15), cooldownAfterWin: .zero, tradingHours: .always),
    size: .off, pace: .off, strategies: [])

  static func settings(mode: String) -> EngineSettings {
    EngineSettings(
      modeWord: mode, exchange: ExchangeID("simulated"), run: RunID("p"),
      pairs: [Sample.btc, Sample.eth, solana.id].map {
        PairPlan(instrument: $0, marginMode: .isolated, leverage: 10)
      },
      timeFrames: [.oneMinute], limits: limits,
      fees: FeeSchedule(takerFeeRate: "0.0006", makerFeeRate: "0.0002"), dayOffset: .zero,
      depth: MarketDepth(trades: 50, candles: 500),
      timing: EngineTiming(
        reconcileInterval: .seconds(600), startupRetry: .seconds(2),
        queryDelayFirst: .milliseconds(500), queryDelayLast: .seconds(4), lostAge: .seconds(10),
        protectionGrace: .seconds(2), lostWatch: .minutes(10), privateSilence: .seconds(600),
        silentReconcileInterval: .seconds(60), instrumentsInterval: .hours(6),
        checkpointInterval: nil),
      seed: 1)
  }

  /// A screen over an engine that has just begun to connect.
  init(
    mode: String = "PAPER", isASCII: Bool = false, keymap: Keymap = .standard,
    templates: [OrderTemplate] = []
  ) {
    engine = TradingEngine(Self.settings(mode: mode), at: Sample.start)
    let isLive = mode == "LIVE"
    model = DashboardModel(
      snapshot: engine.snapshot(at: now), now: now,
      labels: DashboardLabels(
        marketSource: "built-in market", account: "main",
        glyphs: Glyphset(isASCII: isASCII, isLive: isLive), isLive: isLive,
        bar: Style(.text, on: isLive ? .live : .paper), keymap: keymap, templates: templates))
  }

  /// A screen over an account that trades: a protected long of Bitcoin, a short of Ether whose stop
  /// is not there yet, a resting order, an order made elsewhere.
  static func trading(
    mode: String = "PAPER", isASCII: Bool = false, keymap: Keymap = .standard,
    templates: [OrderTemplate] = []
  ) -> Desk {
    var desk = Desk(mode: mode, isASCII: isASCII, keymap: keymap, templates: templates)
    desk.boot(busyAccount)
    return desk
  }

  /// A screen over a ready account without positions and orders.
  static func idle(mode: String = "PAPER", keymap: Keymap = .standard) -> Desk {
    var desk = Desk(mode: mode, keymap: keymap)
    desk.boot(
      AccountSnapshot(
        balance: Sample.balance(), positions: [], orders: [], triggerOrders: [], fills: [],
        positionMode: .oneWay, leverages: []))
    return desk
  }

  /// A trading screen whose strategy proposes an order that waits for a person.
  static func proposing() throws -> Desk {
    var desk = Desk.trading(templates: [try OrderTemplate(name: "dip", text: "buy * 0.5% sl 1%")])
    desk.take(.command(.setState(.approval, reason: "test"), .keyboard))
    desk.take(
      .command(
        .open(
          OpeningIntent(
            instrument: solana.id, side: .long, marginMode: .isolated, type: .market,
            size: .riskShare("0.005"), stop: .stop(Trigger(triggerPrice: 148)),
            takeProfit: Trigger(triggerPrice: 155))), .strategy("ema-cross")))
    desk.refresh()
    return desk
  }

  private static var busyAccount: AccountSnapshot {
    AccountSnapshot(
      balance: Sample.balance(),
      positions: [
        Sample.position(
          "7", entry: 59_500, mark: 60_000, liquidation: "53_812.4".price,
          opened: Sample.start - .minutes(40)),
        Sample.position(
          "8", Sample.ether, side: .short, contracts: 50, entry: 2_985, mark: 3_000,
          liquidation: "3_268.25".price, opened: Sample.start - .minutes(3)),
      ],
      orders: [
        Sample.order(
          "1001", side: .buy, type: .limit("59_990.5".price), contracts: 5,
          at: Sample.start - .minutes(12)),
        Sample.order(
          "1002", Sample.ether, side: .sell, type: .postOnly(3_050), contracts: 20, filled: 5,
          price: 3_050, state: .partiallyFilled, at: Sample.start - .seconds(75)),
      ],
      triggerOrders: [
        Sample.stop("900", at: 59_000, target: 62_000, created: Sample.start - .minutes(40))
      ], fills: [], positionMode: .oneWay, leverages: [])
  }

  /// Has the exchange close both positions: Bitcoin by its target, Ether by a stop.
  mutating func closeAll() {
    pass(.seconds(90))
    take(
      .account(
        .order(
          Sample.order(
            "3001", side: .sell, contracts: 10, filled: 10, price: 62_000, state: .filled,
            fee: "0.372", realized: 25, reduceOnly: true, category: .takeProfit, at: now))))
    take(
      .account(
        .order(
          Sample.order(
            "3002", Sample.ether, side: .buy, contracts: 50, filled: 50, price: 3_015,
            state: .filled, fee: "0.9", realized: -15, reduceOnly: true, category: .stopLoss,
            at: now))))
    take(.account(.positions([])))
    pass(.seconds(60))
  }

  /// Feeds one event.
  mutating func take(_ event: Event) {
    sequence += 1
    _ = engine.handle(Stamped(event, sequence: sequence, at: now))
  }

  mutating func take(_ event: MarketEvent) { take(.market(event)) }

  /// Goes through the whole start with an account as given.
  mutating func boot(_ account: AccountSnapshot) {
    let instruments = [Sample.bitcoin, Sample.ether, Self.solana]
    take(.started(Recovery()))
    take(.link(.publicStream, .up))
    take(.link(.privateStream, .up))
    take(.serverTime(now + .milliseconds(12), sentAt: now, receivedAt: now))
    take(.market(.instruments(instruments)))
    answer("instruments", .confirmed(.done))
    for instrument in instruments {
      take(.market(.tiers(instrument.id, .isolated, Sample.tiers)))
    }
    for (instrument, price) in zip(instruments, [Price(60_000), 3_000, 150]) {
      quote(instrument, price)
    }
    answer("accountSnapshot", .confirmed(.account(account)))
    for instrument in instruments {
      take(.account(.leverage(instrument.id, .isolated, .net, 10)))
    }
    while let line = engine.snapshot(at: now).requests.waiting.first(where: {
      ["tiers", "subscribe", "setLeverage"].contains($0.subject.word)
    }) {
      take(.outcome(line.id, .confirmed(.done)))
    }
    take(.market(.candles(Sample.btc, .oneMinute, Self.candles(60_000, count: 300))))
    trade()
    refresh()
  }

  /// Answers the newest request of a kind that waits.
  mutating func answer(_ word: String, _ outcome: Outcome) {
    let waiting = engine.snapshot(at: now).requests.waiting
    guard let line = waiting.last(where: { $0.subject.word == word }) else {
      preconditionFailure("no \(word) waits for an answer")
    }
    take(.outcome(line.id, outcome))
  }

  /// Puts ticker, mark, funding and book of an instrument at a price.
  mutating func quote(_ instrument: Instrument, _ price: Price) {
    take(.ticker(Sample.ticker(instrument, last: price, at: now)))
    take(.mark(Sample.mark(instrument, price, at: now)))
    take(
      .funding(
        FundingRate(
          instrument: instrument.id, rate: "0.0001",
          nextFundingTime: now.start(of: .hours(8)) + .hours(8))))
    take(.book(Self.book(instrument, price, at: now)))
  }

  /// A book whose sizes differ from level to level.
  static func book(_ instrument: Instrument, _ middle: Price, at now: Timestamp) -> BookUpdate {
    let tick = instrument.tickSize.value
    func level(_ steps: Int) -> BookLevel {
      BookLevel(
        price: Price(middle.value + tick.times(steps * 5)),
        contracts: Contracts(Fixed(20 + (steps * steps * 37 + 300) % 180)))
    }
    return BookUpdate(
      instrument: instrument.id, kind: .snapshot, bids: (1...40).map { level(-$0) },
      asks: (1...40).map { level($0) }, sequence: 100, previousSequence: 0, exchangeTime: now)
  }

  /// A walk of candles of a minute that ends at a price, the last one open.
  static func candles(_ last: Int, count: Int) -> [Candle] {
    var random = SeededRandom(seed: 5)
    var close = Price(Fixed(last))
    var candles: [Candle] = []
    for step in 0..<count {
      // A base that the price left upward, and one that it left downward: two zones.
      let drawn = Int.random(in: -40...40, using: &random)
      let move = Price(Fixed(Self.moves[step] ?? drawn))
      let open = close - move
      let wick = Price(Fixed(Int.random(in: 1...25, using: &random)))
      let volume = BaseAmount(Fixed(Int.random(in: 5...60, using: &random)))
      candles.append(
        Candle(
          openTime: Sample.start - .minutes(Int64(step)), open: open,
          high: max(open, close) + wick, low: min(open, close) - wick, close: close,
          volume: volume, isClosed: step > 0))
      close = open
    }
    return candles.reversed()
  }

  /// The moves of the candles that make the zones, by their age in minutes.
  private static let moves = [
    34: -80, 33: 3, 32: -4, 31: 2, 30: 150, 14: 40, 13: 4, 12: -3, 11: 2, 10: -110,
  ]

  private mutating func trade() {
    for number in 0..<20 {
      take(
        .trade(
          MarketTrade(
            tradeID: TradeID(trusted: "\(number)"), instrument: Sample.btc,
            takerSide: number % 3 == 0 ? .sell : .buy,
            price: Price(Fixed(60_000 + number % 4)), contracts: Contracts(Fixed(1 + number)),
            exchangeTime: now - .seconds(Int64(40 - number * 2)))))
    }
  }

  /// Lets the screen see the engine.
  @discardableResult
  mutating func refresh() -> [DashboardCommand] {
    var snapshot = engine.snapshot(at: now)
    snapshot.channels = channels
    return update(&model, .snapshot(snapshot), at: now)
  }

  mutating func pass(_ span: TimeSpan) {
    now = now + span
    refresh()
  }

  /// Presses keys, each half a second after the one before; returns what they want done.
  @discardableResult
  mutating func press(_ keys: Key...) -> [DashboardCommand] {
    keys.flatMap { key in
      pass(.milliseconds(500))
      return update(&model, .key(key), at: now)
    }
  }

  /// Types a text, character by character.
  mutating func type(_ text: String) {
    for character in text { press(.character(character)) }
  }

  func frame(_ width: Int, _ height: Int) -> Frame {
    view(model, size: Size(width: width, height: height))
  }

  /// The whole screen as text at the usual size.
  var text: String { frame(120, 40).text }
}

/// Holds what keys wanted done against what they must want.
func expect(
  _ commands: [DashboardCommand]?, _ wanted: [DashboardCommand],
  sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(commands == wanted, sourceLocation: sourceLocation)
}

/// Holds how many things keys wanted done against how many they must want.
func expect(
  _ commands: [DashboardCommand], count: Int, sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(commands.count == count, "\(commands)", sourceLocation: sourceLocation)
}

extension String {
  /// A price written for people, with underscores.
  var price: Price {
    do {
      return try Price(text: filter { $0 != "_" })
    } catch {
      preconditionFailure("\(self) is a price")
    }
  }
}
