import AccountData
import Engine
import MarketData
import Risk
import TestSupport
import Testing
import Trading
import Units

/// What the exchange or the gate refuses: nothing is tried again in the hope of another answer.
@Suite struct RefusalTests {
  @Test(arguments: [
    ("102064", "The order price is above the band"), ("102065", "below the band"),
    ("110006", "open orders"), ("102015", "too many orders"),
  ])
  func `X10 X11 an order that the exchange refuses is dropped, not sent again`(
    code: String, message: String
  ) {
    var desk = EngineDesk()
    desk.boot()
    desk.command(.open(EngineDesk.long))
    desk.answer("submit", .refused(Refusal(code: code, message: message, advice: .fixRequest)))
    desk.run(.minutes(1)) { _ in }
    #expect(desk.wanted.orders.count == 1)
    #expect(desk.snapshot.account.orders[EngineDesk.id(1)]?.problem == message)
    #expect(desk.snapshot.orders.isEmpty)
  }

  @Test func `the journal keeps what was asked, when, and what became of it`() throws {
    var desk = EngineDesk()
    desk.boot()
    let before = desk.wanted.count
    let openedAt = desk.now
    desk.command(.open(EngineDesk.long))
    let submit = try #require(desk.snapshot.requests.waiting.last).id
    desk.pass(.milliseconds(80))
    let refused = Outcome.refused(
      Refusal(code: "102015", message: "too many orders", advice: .fixRequest))
    desk.answer("submit", refused)
    let readAt = desk.now
    desk.take(.timer(.reconcile))
    let reading = try #require(desk.snapshot.requests.waiting.last).id
    desk.pass(.seconds(5))
    desk.answer("accountSnapshot", .unknown("timed out"))
    let answers = Array(desk.wanted[before...]).records.compactMap { record in
      if case .requestAnswered(let answer) = record { answer } else { nil }
    }
    #expect(
      answers == [
        AnswerRecord(
          id: submit, kind: "submit", instrument: Sample.btc, clientOrderID: EngineDesk.id(1),
          sentAt: openedAt, outcome: refused, at: readAt),
        AnswerRecord(
          id: reading, kind: "accountSnapshot", instrument: nil, clientOrderID: nil,
          sentAt: readAt, outcome: .unknown("timed out"), at: desk.now),
      ])
  }

  @Test func `H07 a key that is refused halts and keeps the data`() {
    var desk = EngineDesk()
    desk.boot()
    desk.command(.open(EngineDesk.long))
    desk.answer(
      "submit", .refused(Refusal(code: "152402", message: "key expired", advice: .stopTrading)))
    #expect(desk.snapshot.trading.mode == .halted)
    desk.quote(Sample.bitcoin, 60_500)
    #expect(desk.snapshot.markets[Sample.btc]?.lastPrice == 60_500)
  }

  private static let expired = Outcome.refused(
    Refusal(code: "152402", message: "key expired", advice: .stopTrading))

  @Test func `H07 a key that is refused in a reading halts for good, with one alarm`() {
    var desk = EngineDesk()
    desk.boot()
    desk.command(.reconcile)
    let effects = desk.answer("accountSnapshot", Self.expired)
    #expect(
      effects.notices == ["the account was not read: key expired", "halted: key expired"])
    #expect(desk.snapshot.trading.mode == .halted)
    let halted = effects.records.contains {
      if case .stateChanged(let record) = $0 { record.state == .halted } else { false }
    }
    #expect(halted)
    // The next readings come at the usual pace and say nothing of a halt.
    var readings = 0
    desk.run(.minutes(5)) { desk in
      while desk.snapshot.requests.waiting.contains(where: { $0.subject == .accountSnapshot }) {
        readings += 1
        desk.answer("accountSnapshot", Self.expired)
      }
    }
    #expect((1...6).contains(readings), "\(readings)")
    #expect(desk.snapshot.notices.filter { $0.level == .alarm }.count == 1)
    // A key that is good again does not lift the halt: a person does.
    desk.command(.reconcile)
    desk.answer("accountSnapshot", .confirmed(.account(EngineDesk.account())))
    #expect(desk.snapshot.trading.mode == .halted)
  }

  @Test func `H07 a key that is refused at the start halts and is not tried in a hurry`() {
    var desk = EngineDesk()
    desk.take(.started(Recovery()))
    desk.take(.link(.publicStream, .up))
    desk.take(.link(.privateStream, .up))
    desk.take(.market(.instruments([Sample.bitcoin, Sample.ether])))
    desk.answer("instruments", .confirmed(.done))
    let effects = desk.answer("accountSnapshot", Self.expired)
    #expect(desk.snapshot.trading.mode == .halted)
    #expect(effects.timers[.startup] == desk.now + .seconds(60))
    #expect(effects.timers[.reconcile] == desk.now + .seconds(60))
  }

  @Test func `H07 cancels that a refused key cannot make are not sent every second`() {
    var desk = EngineDesk()
    desk.boot()
    _ = desk.restLong(as: "77")
    desk.command(.reconcile)
    desk.answer("accountSnapshot", Self.expired)
    var cancels = 0
    desk.run(.seconds(30)) { desk in
      while let line = desk.snapshot.requests.waiting.first(where: {
        ["cancel", "orderStatus", "accountSnapshot"].contains($0.subject.word)
      }) {
        if line.subject.word == "cancel" { cancels += 1 }
        desk.take(.outcome(line.id, Self.expired))
      }
    }
    #expect((2...5).contains(cancels), "\(cancels)")
  }

  @Test func `X09 without a leverage that was read back nothing is opened`() {
    var desk = EngineDesk()
    desk.take(.started(Recovery()))
    desk.take(.link(.publicStream, .up))
    desk.take(.link(.privateStream, .up))
    desk.take(.market(.instruments([Sample.bitcoin, Sample.ether])))
    desk.answer("instruments", .confirmed(.done))
    desk.take(.market(.tiers(Sample.btc, .isolated, Sample.tiers)))
    desk.quote(Sample.bitcoin, 60_000)
    desk.answer("accountSnapshot", .confirmed(.account(EngineDesk.account())))
    desk.answer(
      "setLeverage", .refused(Refusal(code: "110006", message: "open orders", advice: .fixRequest)))
    desk.command(.open(EngineDesk.long))
    #expect(desk.snapshot.denials.last?.code == "missing.leverage")
    // With the next comparison it is asked for once more.
    desk.command(.reconcile)
    let effects = desk.answer(
      "accountSnapshot", .confirmed(.account(EngineDesk.account())))
    #expect(effects.words == ["setLeverage"])
  }

  @Test func `K02 a limit far through the market passes once a person has let it, on record`() {
    var desk = EngineDesk()
    desk.boot()
    var far = EngineDesk.long
    far.type = .limit(61_500)
    far.takeProfit = nil
    var wider = EngineDesk.limits
    wider.priceCollar = "0.03"
    desk.command(.open(far))
    desk.command(.setLimits(wider), .agent("x"))
    desk.command(.open(far))
    #expect(desk.snapshot.denials.map(\.code) == ["price.collar", "price.collar"])
    #expect(
      desk.snapshot.denials.last?.text == "61500 is more than 2 % through the mark price 60000")
    let override = desk.command(.setLimits(wider), .keyboard)
    #expect(
      override.records == [
        .note(NoteRecord(level: .warning, text: "looser limits: priceCollar", at: desk.now)),
        .command(CommandRecord(source: .keyboard, text: "limits", answer: nil, at: desk.now)),
      ])
    #expect(desk.command(.open(far)).orders.map(\.type) == [.limit(61_500)])
    // What the override lets pass has an end as well.
    far.type = .limit("61800.1")
    desk.command(.open(far))
    #expect(desk.snapshot.denials.last?.code == "price.collar")
  }

  @Test func `X06 after a withdrawal a size that was right is refused with its numbers`() {
    // Money that leaves is no loss of trading; the drawdown would be told first all the same.
    var desk = EngineDesk(settings: EngineDesk.settings { $0.day.drawdownMaximum = "0.95" })
    desk.boot()
    var wish = EngineDesk.long
    wish.size = .contracts(100)
    #expect(desk.snapshot.preview(wish, at: desk.now).denial == nil)
    desk.take(.balance(Sample.balance(1_000, at: desk.now)))
    desk.command(.open(wish))
    #expect(desk.wanted.orders.isEmpty)
    #expect(desk.snapshot.denials.map(\.code) == ["limit.risk"])
    let text = desk.snapshot.denials.last?.text ?? ""
    #expect(text.hasPrefix("the stop would lose 1"), "\(text)")
    #expect(text.hasSuffix(", the limit is 20.00 USDT"), "\(text)")
    desk.take(.balance(Sample.balance(0, at: desk.now)))
    desk.command(.open(wish))
    #expect(desk.snapshot.denials.last?.text == "the equity is 0.00 USDT")
  }

  @Test func `X13 fees of another tier than the settings count as they were charged`() {
    var desk = EngineDesk()
    desk.boot()
    let id = desk.restLong(as: "77")
    // 0.06 % of 59.9, then 0.025 % of it after the tier has changed, then a rebate of 0.005 %.
    let fees: [Money] = ["0.03594", "0.014975", "-0.002995"]
    for (number, fee) in fees.enumerated() {
      desk.take(
        .fill(
          Sample.fill(
            "\(number)", order: "77", client: id, price: 59_900, contracts: 1, fee: fee)))
    }
    #expect(desk.snapshot.account.orders[id]?.progress.fee == "0.04792")
    #expect(desk.snapshot.account.day.fees == "0.04792")
    #expect(desk.snapshot.dayProfit == "-0.04792")
  }

  @Test func `X13 a negative fee is a gain and stays exact`() {
    var desk = EngineDesk()
    desk.boot()
    desk.command(.open(EngineDesk.long))
    let id = EngineDesk.id(1)
    desk.take(.fill(Sample.fill("1", order: "77", client: id, contracts: 10, fee: "-0.0601")))
    #expect(desk.snapshot.account.day.fees == "-0.0601")
    #expect(desk.snapshot.dayProfit == "0.0601")
  }

  @Test func `K01 a size that is a thousand times too large is denied, in whatever unit`() {
    var desk = EngineDesk()
    desk.boot()
    for size in [SizeRequest.contracts(10_000), .baseAmount(10), .notional(600_000)] {
      var wish = EngineDesk.long
      wish.size = size
      desk.command(.open(wish))
    }
    #expect(desk.wanted.orders.isEmpty)
    #expect(desk.snapshot.denials.map(\.code) == Array(repeating: "limit.risk", count: 3))
  }

  @Test func `K14 limits are tightened by anyone and loosened by a person only`() {
    var desk = EngineDesk()
    desk.boot()
    var loose = EngineDesk.limits
    loose.riskPerTradeMaximum = "0.05"
    loose.day.lossMaximum = "0.5"
    desk.command(.setLimits(loose), .agent("x"))
    #expect(desk.snapshot.limits == EngineDesk.limits)
    let effects = desk.command(.setLimits(loose), .keyboard)
    #expect(effects.notices == ["looser limits: riskPerTradeMaximum, dailyLossMaximum"])
    #expect(desk.snapshot.limits == loose)
    desk.command(.setLimits(EngineDesk.limits), .agent("x"))
    #expect(desk.snapshot.limits == EngineDesk.limits)
  }

  @Test func `K14 one looser limit keeps no tighter one from being taken, and is told`() {
    var desk = EngineDesk()
    desk.boot()
    var mixed = EngineDesk.limits
    mixed.riskPerTradeDefault = "0.005"
    mixed.riskPerTradeMaximum = "0.01"
    mixed.leverageMaximum = 20
    mixed.day.lossMoneyMaximum = 100
    mixed.day.cooldownAfterWin = .minutes(5)
    mixed.size.bookShareMaximum = "0.5"
    var expected = mixed
    expected.leverageMaximum = EngineDesk.limits.leverageMaximum
    let effects = desk.command(.setLimits(mixed), .engine)
    #expect(desk.snapshot.limits == expected)
    #expect(
      effects.notices == [
        "looser limits wait for :reload loosen or perpdeck reload: leverageMaximum"
      ])
    #expect(desk.snapshot.notices.last?.text == effects.notices.last, "the log panel has it too")
    desk.command(.setLimits(mixed), .keyboard)
    #expect(desk.snapshot.limits == mixed)
  }

  @Test func `K14 what a person loosened is on record, and the file's own again after a restart`() {
    var desk = EngineDesk()
    desk.boot()
    var loose = EngineDesk.limits
    loose.leverageMaximum = 20
    let effects = desk.command(.setLimits(loose), .keyboard)
    #expect(desk.snapshot.limits == loose)
    #expect(
      effects.records == [
        .note(NoteRecord(level: .warning, text: "looser limits: leverageMaximum", at: desk.now)),
        .command(CommandRecord(source: .keyboard, text: "limits", answer: nil, at: desk.now)),
      ])
    var next = EngineDesk(settings: PlanTests.nextRun)
    next.boot(recovery: Recovery(journal: desk.wanted.journaled))
    #expect(next.snapshot.limits == EngineDesk.limits)
  }

  @Test func `B12 a suspended instrument takes no entries and lets its position go`() {
    var desk = EngineDesk()
    desk.boot()
    desk.holdLong()
    var suspended = Sample.bitcoin
    suspended.status = .suspended
    desk.take(.market(.instruments([suspended, Sample.ether])))
    desk.command(.open(EngineDesk.long))
    #expect(desk.snapshot.denials.last?.code == "instrument.not_live")
    #expect(desk.command(.close(ClosingIntent(key: Sample.btcKey))).orders.count == 1)
  }

  @Test func `X14 an instrument that is not listed any more takes no entries and lets go`() {
    var desk = EngineDesk()
    desk.boot()
    desk.holdLong()
    desk.take(.market(.instruments([Sample.ether])))
    desk.command(.open(EngineDesk.long))
    #expect(desk.snapshot.denials.last?.code == "instrument.not_live")
    #expect(desk.command(.close(ClosingIntent(key: Sample.btcKey))).orders.count == 1)
  }

  @Test func `the rate budget is in the snapshot, with what is kept for exits`() {
    var desk = EngineDesk()
    desk.boot()
    let budgets = [
      RequestBudget(scope: "user", remaining: 12, remainingForExits: 22, capacity: 30),
      RequestBudget(scope: "address", remaining: 300, remainingForExits: 360, capacity: 500),
    ]
    desk.take(.budget(budgets))
    #expect(desk.snapshot.budgets == budgets)
  }
}
