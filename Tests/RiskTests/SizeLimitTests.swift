import AccountData
import MarketData
import Risk
import TestSupport
import Testing
import Trading
import Units

/// The limits that compare an order with the book, with those before it and with what moves alike.
@Suite struct SizeLimitTests {
  private let long = RiskDesk.long

  private func desk(_ change: (inout SizeLimits) -> Void) -> RiskDesk {
    var desk = RiskDesk()
    change(&desk.limits.size)
    return desk
  }

  @Test func `an order that takes too much of the near book is refused, a resting one is not`() {
    var desk = desk { $0.bookShareMaximum = "0.5" }
    desk.take(.book(Sample.book(levels: 1, contracts: 20, sequence: 200)))
    guard let offered = desk.markets[Sample.btc]?.book.asks.best?.contracts else { return }
    let half = offered.scaled(by: "0.5", .down)
    #expect(desk.denial(long.with { $0.size = .contracts(half) })?.code != "size.book")
    let more = half + "0.1"
    #expect(
      desk.denial(long.with { $0.size = .contracts(more) })
        == .bookShare(wanted: more, offered: offered, limit: "0.5"))
    let resting = long.with {
      $0.size = .contracts(more)
      $0.type = .postOnly(59_900)
    }
    #expect(desk.denial(resting)?.code != "size.book")
  }

  @Test func `K01 an order many times as large as those before it is refused`() {
    var desk = desk { $0.medianMultipleMaximum = 10 }
    var gate = RiskGate(limits: desk.limits)
    let resting = long.with { $0.type = .limit(60_000) }
    for number in 1...6 {
      let size = Contracts(Fixed(number == 6 ? 31 : number))
      let wish = resting.with { $0.size = .contracts(size) }
      let result = gate.open(
        wish, source: .keyboard, reasons: [], ids: &desk.ids, in: desk.context)
      switch result {
      case .success: #expect(number < 6)
      case .failure(let denial):
        // The median of one to five contracts of 60 USDT is three.
        #expect(number == 6 && denial == .aboveMedian(1_860, median: 180, multiple: 10))
      }
    }
    let largest = resting.with { $0.size = .contracts(30) }
    #expect(gate.preview(largest, source: .keyboard, in: desk.context).denial == nil)
  }

  /// Closed candles of a minute whose closes follow a rhythm; ranges are twenty.
  private func candles(_ base: Price, _ moves: [Int], _ count: Int) -> [Candle] {
    (0..<count).map { index in
      let close = base + Price(Fixed(moves[index % moves.count]))
      return Candle(
        openTime: Sample.start - .minutes(Int64(count - index)), open: close, high: close + 10,
        low: close - 10, close: close, volume: 1, isClosed: true)
    }
  }

  @Test func `a position that an average range of the price moves too far is refused`() {
    var desk = desk { $0.rangeMoveMaximum = "0.00002" }
    #expect(desk.denial(long) == .missing(.candles))
    desk.take(.candles(Sample.btc, .oneMinute, candles(60_000, [0], 20)))
    // Ten contracts are a hundredth of a coin: twenty dollars of range move a fifth of a dollar.
    #expect(desk.denial(long) == nil)
    #expect(
      desk.denial(long.with { $0.size = .contracts(11) })
        == .rangeTooLarge(move: "0.22", limit: "0.2"))
    // What is held and what waits count with it.
    desk.send("1", contracts: 5)
    #expect(desk.denial(long) == .rangeTooLarge(move: "0.3", limit: "0.2"))
  }

  @Test(arguments: [
    // What is held, what is sold at 66000 and at 63000, and what all is worth with the ether.
    (Contracts(400), Contracts(500), Contracts(0), Money("45000.07")),
    (Contracts(100), Contracts(300), Contracts(200), Money("47100.07")),
  ])
  func `K06 sales that only close a long count no more than what is held`(
    held: Contracts, dear: Contracts, cheap: Contracts, worth: Money
  ) {
    var desk = RiskDesk()
    desk.limits.riskPerTradeMaximum = 1
    desk.limits.notionalTotalMaximum = 4
    desk.take(.positions([Sample.position(contracts: held)]))
    for (id, price, contracts) in [("88", Price(66_000), dear), ("89", Price(63_000), cheap)]
    where contracts.isPositive {
      desk.take(
        .order(Sample.order(id, side: .sell, type: .limit(price), contracts: contracts)))
    }
    // 7 coins of ether, 21,000.07 at the best ask.
    let ether = OpeningIntent(
      instrument: Sample.eth, side: .long, marginMode: .isolated, type: .market,
      size: .contracts(700), stop: .stop(Trigger(triggerPrice: 2_950)))
    #expect(desk.denial(ether) == .totalNotional(would: worth, limit: 40_000))
  }

  private func correlated(ether moves: [Int]) -> RiskDesk {
    var desk = desk {
      $0.correlatedNotionalMaximum = "0.1"
      $0.correlationMinimum = "0.7"
    }
    desk.take(.candles(Sample.btc, .oneMinute, candles(60_000, [0, 40, 10, 70, 20], 40)))
    desk.take(.candles(Sample.eth, .oneMinute, candles(3_000, moves, 40)))
    // Half of a thousand in ether is bought or waits.
    desk.send("1", Sample.ether, contracts: 17, type: .limit(3_000))
    return desk
  }

  @Test func `K15 what moves together counts as one position`() {
    let alike = correlated(ether: [0, 4, 1, 7, 2])
    guard case .correlatedNotional(let would, let limit)? = alike.denial(long) else {
      Issue.record("\(String(describing: alike.denial(long)))")
      return
    }
    #expect(limit == 1_000)
    #expect(would == "1110.001")
    let against = correlated(ether: [7, 3, 6, 0, 5])
    #expect(against.denial(long) == nil)
    // A short beside a long of what moves the other way is the same bet.
    let short = long.with {
      $0.side = .short
      $0.stop = .stop(Trigger(triggerPrice: 61_000))
      $0.takeProfit = nil
    }
    #expect(against.denial(short)?.code == "limit.correlated")
    #expect(alike.denial(short) == nil)
  }

  @Test func `K15 what is not known to move otherwise counts as moving along`() {
    var desk = desk { $0.correlatedNotionalMaximum = "0.1" }
    desk.send("1", Sample.ether, contracts: 17, type: .limit(3_000))
    #expect(desk.denial(long)?.code == "limit.correlated")
  }

  @Test func `an opening whose stop is its liquidation puts up a bounded collateral`() {
    var desk = RiskDesk()
    desk.limits.liquidationMayBeStop = true
    desk.limits.marginPerTrade = "0.01"
    let wish = long.with {
      $0.stop = .liquidation
      $0.takeProfit = nil
      $0.type = .limit(60_000)
    }
    #expect(desk.denial(wish.with { $0.size = .contracts(16) }) == nil)
    #expect(
      desk.denial(wish.with { $0.size = .contracts(17) })
        == .marginPerTrade(needs: 102, limit: 100))
    #expect(desk.preview(wish.with { $0.size = .marginShare("0.01") }).denial == nil)
    #expect(desk.denial(long.with { $0.size = .contracts(17) }) == nil)
  }

  @Test func `each of these limits that goes or grows is loosened`() {
    var tight = RiskDesk.limits
    tight.size = SizeLimits(
      bookShareMaximum: "0.5", medianMultipleMaximum: 10, rangeMoveMaximum: "0.02",
      correlatedNotionalMaximum: 4, correlationMinimum: "0.7", liquidationWarning: "0.1")
    var loose = tight
    loose.size = .off
    #expect(
      loose.looser(than: tight) == [
        "bookShareMaximum", "medianMultipleMaximum", "rangeMoveMaximum",
        "correlatedNotionalMaximum", "correlationMinimum", "liquidationWarning",
      ])
    #expect(tight.looser(than: loose) == [])
    #expect(loose.tightened(by: tight).limits == tight)
    #expect(tight.tightened(by: loose).limits == tight)
  }

  @Test func `K14 of two sets of limits the tighter of each is taken, whichever is first`() {
    var one = RiskDesk.limits
    one.riskPerTradeDefault = "0.03"
    one.riskPerTradeMaximum = "0.05"
    one.priceCollar = "0.001"
    one.liquidationMayBeStop = true
    var other = RiskDesk.limits
    other.day.afterStopOuts = .halt
    var tightest = RiskDesk.limits
    tightest.priceCollar = "0.001"
    tightest.day.afterStopOuts = .halt
    let (limits, looser) = one.tightened(by: other)
    #expect(limits == tightest)
    #expect(looser == ["riskPerTradeMaximum", "stopPolicy", "afterStopOuts"])
    #expect(other.tightened(by: one).limits == tightest)
  }
}
