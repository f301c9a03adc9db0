import AccountData
import Engine
import Risk
import TestSupport
import Testing
import Trading
import Units

/// What stops new risk by itself: the day, the drawdown, a run of stops, rests, hours, repeats.
@Suite struct BreakerTests {
  /// The long held and marked so low that the day lost more than 3 % of 10 000.
  private func lossDesk(_ loss: Money = 330) -> EngineDesk {
    var desk = EngineDesk()
    desk.boot()
    desk.holdLong(contracts: 10)
    // 10 contracts are 0.01 coins: a hundred dollars of price are one dollar.
    let fall = Price(loss.value.times(100))
    desk.take(
      .fill(
        Sample.fill(
          "9", order: "x", side: .sell, contracts: 1, fee: 0, realized: -loss, at: desk.now)))
    desk.take(.positions([Sample.position(contracts: 10, opened: desk.now, updated: desk.now)]))
    _ = fall
    return desk
  }

  private func reading(_ desk: EngineDesk, _ breaker: Breaker) -> BreakerReading? {
    desk.snapshot.breakerReadings.first { $0.breaker == breaker }
  }

  @Test func `K05 the daily loss halts, stays for the day and over a restart`() {
    var desk = lossDesk()
    #expect(reading(desk, .dailyLoss)?.isTripped == true)
    #expect(desk.snapshot.trading.mode == .running)
    desk.run(.seconds(1))
    #expect(desk.snapshot.trading.mode == .halted)
    #expect(desk.snapshot.trading.source == .engine)
    // A person may lift the halt; the limit itself goes on.
    desk.command(.setState(.running, reason: "I know"))
    desk.command(.open(EngineDesk.long))
    #expect(desk.snapshot.denials.last?.code == "limit.daily_loss")
    desk.run(.seconds(5))
    #expect(desk.snapshot.trading.mode == .running)
    var next = EngineDesk()
    next.boot(
      recovery: Recovery(
        state: BotStateRecord(
          state: .halted, reason: "loss", source: .engine, at: desk.now)))
    #expect(next.snapshot.trading.mode == .halted)
  }

  @Test func `K05 a run that begins in the middle of a day leaves its base to the next run`() {
    func held(_ mark: Price) -> AccountSnapshot {
      EngineDesk.account(positions: [
        Sample.position(contracts: 1_000, mark: mark, opened: Sample.start - .days(1))
      ])
    }
    var first = EngineDesk()
    first.boot(held(60_000))
    first.quote(Sample.bitcoin, 59_800)
    first.take(.balance(Sample.balance(10_000, at: first.now)))
    #expect(reading(first, .dailyLoss)?.value == .share("0.02"))
    let written = first.wanted.records.filter {
      if case .equity(let point) = $0 { point.occasion == .dayStart } else { false }
    }
    #expect(
      written == [
        .equity(
          EquityRecord(occasion: .dayStart, equity: 10_000, cash: 10_000, at: Sample.start))
      ])
    var second = EngineDesk()
    second.boot(held(59_800), recovery: Recovery(journal: first.wanted.records))
    second.quote(Sample.bitcoin, 59_650)
    #expect(reading(second, .dailyLoss)?.value == .share("0.035"))
    #expect(!second.snapshot.account.day.isWholeDay)
    second.run(.seconds(1))
    #expect(second.snapshot.trading.mode == .halted)
  }

  @Test func `K05 X03 fees and funding are part of the day's loss`() {
    var desk = EngineDesk()
    desk.boot()
    desk.holdLong()
    desk.take(.funding(Sample.btc, -301, at: desk.now))
    desk.take(.funding(Sample.btc, -301, at: desk.now))
    #expect(reading(desk, .dailyLoss)?.value == .share("0.0301"))
    desk.run(.seconds(1))
    #expect(desk.snapshot.trading.mode == .halted)
  }

  @Test func `K05 C02 the day ends at its own hour and the figures begin anew`() {
    var desk = lossDesk()
    desk.run(.seconds(1))
    desk.now = Timestamp(year: 2026, month: 3, day: 5)
    desk.take(.timer(.day))
    #expect(reading(desk, .dailyLoss)?.isTripped == false)
    // The halt is for a person to lift; a clock that runs back does not bring the loss back.
    #expect(desk.snapshot.trading.mode == .halted)
    desk.now = Timestamp(year: 2026, month: 3, day: 4, hour: 23)
    desk.take(.timer(.day))
    #expect(desk.snapshot.account.day.startedAt == Timestamp(year: 2026, month: 3, day: 5))
  }

  @Test func `K05 C02 when midnight comes back a loss and funding still count for the day`() {
    var desk = EngineDesk()
    desk.boot()
    desk.holdLong()
    desk.now = Timestamp(year: 2026, month: 3, day: 5)
    desk.take(.timer(.day))
    desk.now = Timestamp(year: 2026, month: 3, day: 4, hour: 23)
    desk.take(.funding(Sample.btc, -30, at: desk.now))
    desk.take(
      .fill(
        Sample.fill(
          "9", order: "x", side: .sell, contracts: 1, fee: 1, realized: -330, at: desk.now)))
    let day = desk.snapshot.account.day
    #expect(day.startedAt == Timestamp(year: 2026, month: 3, day: 5))
    #expect([day.realizedPnL, -day.fees, day.funding] == [-330, -1, -30])
    #expect(reading(desk, .dailyLoss)?.isTripped == true)
    // A day later nothing of before its start counts.
    desk.now = Timestamp(year: 2026, month: 3, day: 6)
    desk.take(.timer(.day))
    desk.take(
      .fill(
        Sample.fill(
          "10", order: "x", side: .sell, contracts: 1, fee: 1, realized: -330,
          at: Sample.start)))
    #expect(desk.snapshot.account.day.realizedPnL == 0)
  }

  @Test func `a loss of the day in money counts beside the share`() {
    var desk = EngineDesk(settings: EngineDesk.settings { $0.day.lossMoneyMaximum = 100 })
    desk.boot()
    desk.holdLong()
    desk.take(.funding(Sample.btc, -100, at: desk.now))
    #expect(reading(desk, .dailyLossMoney)?.isTripped == true)
    desk.run(.seconds(1))
    #expect(desk.snapshot.trading.mode == .halted)
  }

  @Test func `a crossing that does not stand halts nothing`() {
    var desk = lossDesk()
    desk.take(.funding(Sample.btc, 200, at: desk.now))
    desk.run(.seconds(2))
    #expect(desk.snapshot.trading.mode == .running)
  }

  @Test func `the drawdown halts and a person can begin it anew`() {
    var desk = EngineDesk()
    desk.boot(
      recovery: Recovery(
        peak: EquityRecord(
          occasion: .peak, equity: 12_000, cash: 12_000, at: Sample.start - .days(3))))
    #expect(reading(desk, .drawdown)?.isTripped == true)
    desk.run(.seconds(1))
    #expect(desk.snapshot.trading.mode == .halted)
    desk.command(.setState(.running, reason: ""))
    #expect(
      desk.snapshot.notices.last?.text
        == "every opening stays denied until `reset peak`: the drawdown reached its limit")
    desk.command(.open(EngineDesk.long))
    #expect(desk.snapshot.denials.last?.code == "limit.drawdown")
    desk.command(.resetPeak)
    #expect(reading(desk, .drawdown)?.value == .share(0))
    #expect(desk.command(.open(EngineDesk.long)).orders.count == 1)
  }

  @Test func `K05 a peak within the minute of the last written one is written after it`() {
    var desk = EngineDesk()
    func peaks(_ desk: EngineDesk) -> [Money] {
      desk.wanted.records.compactMap {
        if case .equity(let point) = $0, point.occasion == .peak { point.equity } else { nil }
      }
    }
    desk.boot()
    desk.pass(.seconds(30))
    desk.take(.balance(Sample.balance(11_000, at: desk.now)))
    #expect(peaks(desk) == [10_000])
    let late = EquityRecord(occasion: .peak, equity: 11_000, cash: 11_000, at: desk.now)
    #expect(desk.engine.unwritten == [.equity(late)])
    desk.pass(.seconds(31))
    desk.take(.balance(Sample.balance(10_500, at: desk.now)))
    #expect(peaks(desk) == [10_000, 11_000])
    #expect(desk.engine.unwritten.isEmpty)
    desk.pass(.minutes(5))
    desk.take(.balance(Sample.balance(10_400, at: desk.now)))
    #expect(peaks(desk) == [10_000, 11_000])
  }

  /// A position of the long that its stop ends with a loss.
  private func stopOut(_ desk: inout EngineDesk, _ number: Int) {
    desk.holdLong()
    let exit = "stop\(number)"
    desk.pass(.seconds(1))
    desk.take(
      .order(
        Sample.order(
          exit, side: .sell, contracts: 10, filled: 10, price: 59_000, state: .filled,
          realized: -10, reduceOnly: true, category: .stopLoss, at: desk.now)))
    desk.take(.positions([]))
    desk.take(.balance(Sample.balance(10_000, at: desk.now)))
  }

  @Test func `three stops in a row leave strategies to a person, and each rests its instrument`() {
    var desk = EngineDesk()
    desk.boot()
    for number in 1...3 {
      stopOut(&desk, number)
      let rest = desk.snapshot.breakers.rests
      #expect(rest.map(\.until) == [desk.now + .minutes(15)])
      desk.command(.open(EngineDesk.long))
      #expect(desk.snapshot.denials.last?.code == "rest.instrument")
      desk.pass(.minutes(16))
      desk.take(.balance(Sample.balance(10_000, at: desk.now)))
      desk.quote(Sample.bitcoin, 60_000)
    }
    #expect(desk.snapshot.trading.mode == .approval)
    #expect(desk.snapshot.trading.reason == "3 stops were hit in a row")
    desk.command(.open(EngineDesk.long), .strategy("zones"))
    #expect(desk.snapshot.proposals.map(\.intent) == [EngineDesk.long])
    let approved = desk.command(.approve(1))
    #expect(approved.orders.count == 1)
    #expect(desk.snapshot.proposals.isEmpty)
  }

  @Test func `J05 a proposal is forgotten, not queued to fire later`() {
    var desk = EngineDesk()
    desk.boot()
    desk.command(.setState(.approval, reason: ""))
    desk.command(.open(EngineDesk.long), .strategy("zones"))
    desk.pass(.seconds(61))
    #expect(desk.snapshot.proposals.isEmpty)
    #expect(desk.command(.approve(1)).orders.isEmpty)
  }

  @Test func `K03 the same signal again within the window is denied`() {
    var desk = EngineDesk(settings: EngineDesk.settings { $0.duplicateWindow = .seconds(1) })
    desk.boot()
    desk.command(.open(EngineDesk.long), .strategy("a"))
    for number in 1...5 {
      var other = EngineDesk.long
      other.size = .contracts(Contracts(Fixed(10 - number)))
      desk.command(.open(other), .strategy("s\(number)"))
    }
    desk.command(.open(EngineDesk.long), .keyboard)
    #expect(desk.wanted.orders.count == 1)
    #expect(desk.snapshot.denials.map(\.code) == Array(repeating: "order.duplicate", count: 6))
  }

  @Test func `K04 a runaway of a thousand wishes sends no more than the limit`() {
    var desk = EngineDesk()
    desk.boot()
    for number in 0..<1_000 {
      var wish = EngineDesk.long
      wish.type = .limit(Price(Fixed(59_900 - number % 7)))
      desk.command(.open(wish), .strategy("mad"))
      desk.pass(.milliseconds(1))
    }
    #expect(desk.wanted.orders.count <= 20)
  }

  @Test func `strategies open only so often a day and within their hours`() {
    var desk = EngineDesk(
      settings: EngineDesk.settings {
        $0.day.tradesPerDayMaximum = 1
        $0.day.tradingHours[.thursday] = nil
      })
    desk.boot()
    desk.command(.open(EngineDesk.long), .strategy("a"))
    var ether = EngineDesk.long
    ether.instrument = Sample.eth
    ether.stop = .stop(Trigger(triggerPrice: 2_950))
    ether.takeProfit = Trigger(triggerPrice: 3_200)
    desk.command(.open(ether), .strategy("a"))
    #expect(desk.snapshot.denials.last?.code == "limit.trades_per_day")
    #expect(desk.command(.open(ether), .keyboard).orders.count == 1)
    var thursday = EngineDesk(
      settings: EngineDesk.settings { $0.day.tradingHours[.wednesday] = nil })
    thursday.boot()
    thursday.command(.open(EngineDesk.long), .strategy("a"))
    #expect(thursday.snapshot.denials.last?.code == "hours.closed")
  }

  @Test func `an entry of a strategy that filled while the program was down counts for the day`() {
    var first = EngineDesk()
    first.boot()
    first.command(.open(EngineDesk.long), .strategy("a"))
    let recovery = Recovery(journal: first.wanted.journaled)
    let fill = Sample.fill(
      "9", order: "x", client: EngineDesk.id(1), contracts: 10, at: Sample.start - .minutes(1))
    let account = EngineDesk.account(
      positions: [Sample.position(opened: Sample.start - .minutes(1))], fills: [fill])
    var second = EngineDesk(settings: PlanTests.nextRun)
    second.boot(account, recovery: recovery)
    #expect(second.snapshot.breakers.tradesToday == 1)
    // The run after that knows it from the journal, and counts it once.
    var third = EngineDesk(settings: PlanTests.nextRun)
    third.boot(
      account, recovery: Recovery(journal: first.wanted.journaled + second.wanted.journaled))
    #expect(third.snapshot.breakers.tradesToday == 1)
  }

  @Test func `K10 a halt cancels an entry on its way and keeps the fill protected`() {
    var desk = EngineDesk()
    desk.boot()
    var wish = EngineDesk.long
    wish.type = .limit(59_900)
    desk.command(.open(wish))
    let effects = desk.command(.setState(.halted, reason: "panic"), .control)
    #expect(effects.words == ["cancel"])
    let id = EngineDesk.id(1)
    desk.take(.order(Sample.order("77", client: id, contracts: 10, filled: 10, state: .filled)))
    desk.take(.positions([Sample.position(opened: desk.now)]))
    desk.run(.seconds(2)) { desk in
      if desk.snapshot.requests.waiting.contains(where: { $0.subject == .accountSnapshot }) {
        desk.answer(
          "accountSnapshot",
          .confirmed(.account(EngineDesk.account(positions: [Sample.position(opened: desk.now)]))))
      }
    }
    #expect(desk.wanted.protections.count == 1)
  }

  @Test func `K11 K12 flatten goes on until the exchange shows it flat`() {
    var desk = EngineDesk()
    desk.boot()
    desk.holdLong()
    desk.command(.flatten(nil), .control)
    #expect(desk.wanted.orders.last?.reduceOnly == true)
    desk.answer(
      "submit", .refused(Refusal(code: "1", message: "busy", advice: .waitAndRetry)))
    desk.run(.seconds(2)) { _ in }
    #expect(desk.wanted.orders.count { $0.reduceOnly } == 2)
    // Only a part fills; the rest is closed as well.
    let id = EngineDesk.id(3)
    desk.take(
      .order(
        Sample.order(
          "80", client: id, side: .sell, contracts: 10, filled: 6, state: .canceled,
          reduceOnly: true, at: desk.now)))
    desk.take(.positions([Sample.position(contracts: 4, opened: Sample.start, updated: desk.now)]))
    desk.run(.seconds(2)) { _ in }
    #expect(desk.wanted.orders.last?.contracts == 4)
    desk.take(.positions([]))
    desk.run(.seconds(3)) { _ in }
    #expect(desk.snapshot.notices.map(\.text).contains("flat"))
    #expect(desk.snapshot.plans.isEmpty)
  }
}
