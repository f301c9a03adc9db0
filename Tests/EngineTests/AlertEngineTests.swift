import AccountData
import Alerts
import MarketData
import Risk
import TestSupport
import Testing
import Trading
import Units

@testable import Engine

/// Alerts in the engine: the same events, effects as values, and a state that outlives a restart.
@Suite struct AlertEngineTests {
  @Test func `an alert that is set fires once, in the journal first and then to people`() {
    var desk = EngineDesk()
    desk.boot()
    desk.command(.addAlert("btc > 61000 once"))
    #expect(desk.snapshot.alerts.rules.map(\.phase) == [.armed])
    desk.pass(.seconds(1))
    let effects = desk.price(61_001)
    desk.pass(.seconds(1))
    let later = desk.price(61_500)
    let alert = AlertRecord(
      id: AlertID(rule: AlertRuleID(1), count: 1), severity: .warning,
      text: "BTC-USDT last price 61001 USDT (last(BTC-USDT) > 61000)", topic: .market,
      instrument: Sample.btc,
      at: desk.now - .seconds(1))
    #expect(effects.alerts == [alert])
    #expect(effects.writtenLines.contains(.alert(alert)))
    #expect(effects.firstIndex { $0.isJournal }! < effects.firstIndex { $0.isAlert }!)
    #expect(later.alerts.isEmpty)
    #expect(desk.snapshot.alerts.recent == [alert])
    #expect(desk.snapshot.alerts.rules.isEmpty)
  }

  @Test func `a critical alert repeats until it is acknowledged, by whoever it is`() {
    var desk = EngineDesk()
    desk.boot()
    desk.command(.addAlert("btc > 61000 critical"))
    desk.pass(.seconds(1))
    #expect(desk.price(61_001).alerts.count == 1)
    #expect(desk.ticks(29).alerts.isEmpty)
    #expect(desk.ticks(2).alerts.map(\.id.description) == ["1.1"])
    let effects = desk.command(.acknowledge(nil), .control)
    let id = AlertID(rule: AlertRuleID(1), count: 1)
    #expect(effects.writtenLines.contains(.alertAcknowledged(id, .control, at: desk.now)))
    #expect(effects.contains(.alertAcknowledged(id)))
    #expect(desk.snapshot.alerts.waiting.isEmpty)
    #expect(desk.ticks(60).alerts.isEmpty)
    #expect(desk.timers[.alerts] == nil || desk.ticks(2).alerts.isEmpty)
  }

  @Test func `nothing fires twice over a restart, and what was armed still does`() {
    var desk = EngineDesk()
    desk.boot()
    desk.command(.addAlert("btc > 61000 every rearm 50 cooldown 0s"))
    desk.command(.addAlert("btc > 62000 once"))
    desk.command(.addAlert("eth > 3100"))
    desk.command(.removeAlert(AlertRuleID(3)))
    desk.pass(.seconds(1))
    desk.price(61_001)
    var next = EngineDesk()
    next.now = desk.now + .seconds(60)
    next.boot(recovery: Recovery(alerts: MemoryRecovery(desk.wanted.writtenLines).alerts))
    #expect(next.snapshot.alerts.rules.map(\.phase) == [.spent, .armed])
    #expect(next.snapshot.alerts.recent == desk.snapshot.alerts.recent)
    for price: Price in [61_500, 61_501, 62_001, 61_502] {
      next.pass(.seconds(1))
      next.price(price)
    }
    #expect(next.wanted.alerts.map(\.id.description) == ["2.1"])
    next.command(.addAlert("eth > 3200"))
    #expect(next.snapshot.alerts.rules.last?.id == AlertRuleID(4))
  }

  @Test func `an alert that is true already says so, and fires when it comes true anew`() {
    var desk = EngineDesk()
    desk.boot()
    desk.pass(.seconds(1))
    desk.price(60_000)
    let set = desk.command(.addAlert("btc < 64000 once critical"))
    #expect(
      set.notices == [
        "alert 1 set, true already, fires when it comes true anew: btc < 64000 once critical"
      ])
    #expect(set.alerts.isEmpty)
    #expect(desk.snapshot.alerts.rules.map(\.isTrueAlready) == [true])
    for (price, fires) in [(60_100, false), (64_500, false), (63_999, true)] as [(Price, Bool)] {
      desk.pass(.seconds(1))
      #expect(desk.price(price).alerts.isEmpty != fires)
    }
    #expect(
      desk.command(.addAlert("btc > 65000 once")).notices == ["alert 2 set: btc > 65000 once"])
    #expect(desk.snapshot.alerts.rules.map(\.isTrueAlready) == [false])
  }

  @Test func `rules that never fired are shown after a restart, before anything else happens`() {
    let settings = EngineDesk.settings(alerts: ["on fill every"])
    var desk = EngineDesk(settings: settings)
    desk.boot()
    desk.command(.addAlert("btc > 61000 once"))
    var next = EngineDesk(settings: settings)
    next.now = desk.now + .seconds(60)
    next.take(.started(Recovery(alerts: MemoryRecovery(desk.wanted.writtenLines).alerts)))
    func rules(_ desk: EngineDesk) -> [AlertRuleRecord] {
      desk.snapshot.alerts.rules.map { $0.record(at: next.now) }
    }
    #expect(rules(next) == rules(desk))
    #expect(next.snapshot.alerts.rules.map(\.isConfigured) == [true, false])
  }

  @Test func `a rule of the configuration is made once and goes with its line`() {
    func engine(_ rules: [String]) -> EngineDesk {
      EngineDesk(settings: EngineDesk.settings(alerts: rules))
    }
    var desk = engine(["btc > 61000 once", "on fill every", "marc(BTC) > 1"])
    desk.boot()
    #expect(desk.snapshot.alerts.rules.map(\.isConfigured) == [true, true])
    #expect(
      desk.wanted.notices.contains(
        "alert of the configuration: there is no reading \"marc\"; did you mean \"mark\"?"))
    desk.pass(.seconds(1))
    desk.price(60_500)
    desk.pass(.seconds(1))
    desk.price(61_001)
    let left = Recovery(alerts: MemoryRecovery(desk.wanted.writtenLines).alerts)
    var same = engine(["btc > 61000 once", "on fill every"])
    same.boot(recovery: left)
    #expect(same.snapshot.alerts.rules.map(\.id.number) == [2])
    var fewer = engine([])
    fewer.boot(recovery: left)
    #expect(fewer.snapshot.alerts.rules.isEmpty)
  }

  @Test func `a rule of the configuration that was removed stands again at the next start`() {
    let settings = EngineDesk.settings(alerts: ["on stop every info", "on trouble every critical"])
    var desk = EngineDesk(settings: settings)
    desk.boot()
    desk.command(.addAlert("btc > 61000 once"))
    let trouble = desk.snapshot.alerts.rules[1].text
    #expect(
      desk.command(.removeAlert(AlertRuleID(2))).notices
        == ["alert 2 of the configuration is off until the next start: \(trouble)"])
    let own = desk.snapshot.alerts.rules[1].text
    #expect(
      desk.command(.removeAlert(AlertRuleID(3))).notices == ["alert 3 removed: \(own)"])
    #expect(desk.snapshot.alerts.rules.map(\.id.number) == [1])
    var next = EngineDesk(settings: settings)
    next.now = desk.now + .seconds(60)
    next.boot(recovery: Recovery(alerts: MemoryRecovery(desk.wanted.writtenLines).alerts))
    #expect(next.snapshot.alerts.rules.map(\.id.number) == [1, 4])
    #expect(next.snapshot.alerts.rules.last?.text == trouble)
    var third = EngineDesk(settings: settings)
    third.now = next.now + .seconds(60)
    let lines = desk.wanted.writtenLines + next.wanted.writtenLines
    third.boot(recovery: Recovery(alerts: MemoryRecovery(lines).alerts))
    #expect(third.snapshot.alerts.rules.map(\.id.number) == [1, 4])
  }

  @Test func `fills, stops and naked positions are told`() {
    var desk = EngineDesk()
    desk.boot()
    desk.command(.addAlert("on fill(BTC) every cooldown 0s"))
    desk.command(.addAlert("on opened"))
    desk.command(.addAlert("unproven(BTC) or naked(BTC) critical"))
    desk.command(.addAlert("position(BTC) > 0 info"))
    desk.holdLong(stop: nil)
    let told = desk.wanted.alerts
    #expect(told.map(\.id.rule.number).contains(2))
    #expect(told.map(\.id.rule.number).contains(3))
    #expect(told.map(\.id.rule.number).contains(4))
    #expect(
      told.first { $0.id.rule.number == 2 }?.text.contains("opened: long 10 contracts") == true)
  }

  @Test func `of two positions the one without a stop is named, and what an event was about`() {
    var desk = EngineDesk()
    desk.boot()
    desk.command(.addAlert("unproven(BTC)"))
    desk.command(.addAlert("naked(BTC)"))
    desk.command(.addAlert("on trouble every cooldown 0s"))
    desk.holdLong()
    let isBefore = desk.wanted.alerts.isEmpty
    #expect(isBefore, "it is guarded")
    let guarded = Sample.position(opened: desk.now, updated: desk.now)
    let bare = Sample.position("8", contracts: 3, opened: desk.now, updated: desk.now)
    let cross = Position(
      positionID: bare.positionID,
      key: PositionKey(instrument: Sample.btc, slot: .net, marginMode: .cross), side: .short,
      contracts: 3, availableContracts: 3, entryPrice: bare.entryPrice, markPrice: bare.markPrice,
      margin: bare.margin, maintenanceMargin: bare.maintenanceMargin, marginRatio: nil,
      liquidationPrice: nil, unrealizedPnL: 0, leverage: bare.leverage, createdAt: bare.createdAt,
      updatedAt: bare.updatedAt)
    desk.take(.positions([guarded, cross]))
    #expect(
      desk.wanted.alerts.map(\.text) == [
        "BTC-USDT short 3 contracts, no stop shown by the exchange yet"
      ])
    desk.pass(.seconds(61))
    desk.take(.timer(.reconcile))
    let account = EngineDesk.account(
      positions: [guarded, cross], triggers: [EngineDesk.attachedStop])
    desk.answer("accountSnapshot", .confirmed(.account(account)))
    #expect(
      desk.wanted.alerts.dropFirst().map(\.text) == [
        "BTC-USDT: the position has no stop", "BTC-USDT short 3 contracts without a stop",
      ])
  }

  @Test func `a lost connection is told, and its first ticks are not believed`() {
    var desk = EngineDesk()
    desk.boot()
    desk.command(.addAlert("link_down"))
    desk.command(.addAlert("btc > 61000"))
    desk.take(.link(.publicStream, .down("gone")))
    #expect(
      desk.wanted.alerts.map(\.text) == [
        "the market data stream is down since \(desk.now.timeText) UTC: gone"
      ])
    desk.take(.link(.publicStream, .up))
    desk.pass(.seconds(1))
    #expect(desk.price(61_500).alerts.isEmpty)
    desk.pass(.seconds(1))
    #expect(desk.price(61_501).alerts.map(\.id.rule.number) == [2])
  }

  @Test func `the first mark after a gap moves no alert of a position or the account`() {
    var desk = EngineDesk()
    desk.boot()
    desk.holdLong()
    desk.command(.addAlert("pnl(BTC) < -50"))
    desk.command(.addAlert("day_pnl < -50"))
    func mark(_ price: Price) -> [UInt64] {
      desk.pass(.seconds(1))
      desk.price(price)
      return desk.take(.mark(Sample.mark(Sample.bitcoin, price, at: desk.now))).alerts
        .map(\.id.rule.number)
    }
    desk.take(.link(.publicStream, .down("gone")))
    desk.take(.link(.publicStream, .up))
    #expect(mark(54_000) == [])
    #expect(mark(54_001) == [1, 2])
  }

  @Test func `an alert knows what it is about, also after a restart`() {
    var desk = EngineDesk()
    desk.boot()
    desk.command(.addAlert("btc > 61000 once critical"))
    desk.pass(.seconds(1))
    #expect(desk.price(61_001).alerts.map(\.topic) == [.market])
    var left = MemoryRecovery(desk.wanted.writtenLines).alerts
    // The journal does not keep it.
    for place in left.alerts.indices { left.alerts[place].topic = nil }
    var next = EngineDesk()
    next.now = desk.now + .seconds(60)
    next.boot(recovery: Recovery(alerts: left))
    let told = next.snapshot.alerts.recent.map(\.topic)
    let isKnown = left.rules.contains { $0.id == AlertRuleID(1) }
    #expect(told == [isKnown ? .market : nil])
  }

  @Test func `a program that falls behind raises an alert, which replays`() throws {
    var desk = EngineDesk()
    desk.boot()
    desk.command(.addAlert("on trouble every cooldown 0s critical"))
    let effects = desk.take(.loopLate(.milliseconds(400)))
    #expect(effects.alerts.map(\.topic) == [.trouble])
    #expect(effects.alerts.map { $0.text.hasPrefix("perpdeck is 400 ms late") } == [true])
    let event = try #require(desk.log.last)
    #expect(try EventCoding.decode(EventCoding.encode(event)) == event)
  }

  @Test func `what cannot be done is said and journaled`() {
    var desk = EngineDesk()
    desk.boot()
    for (command, reason) in [
      (
        Command.addAlert("btc >"),
        "1:6: expected a number or a reading such as mark(BTC), found the end"
      ),
      (.removeAlert(AlertRuleID(7)), "there is no alert 7"),
      (.acknowledge(nil), "no alert waits to be acknowledged"),
    ] {
      let answers = desk.command(command).writtenLines.compactMap { record -> String? in
        if case .command(let line) = record { line.answer } else { nil }
      }
      #expect(answers == [reason])
    }
  }

  @Test func `the events of a day with alerts replay to the same state and the same alerts`() throws
  {
    var desk = EngineDesk()
    desk.boot()
    desk.command(.addAlert("btc > 61000 every rearm 10 cooldown 5s critical"))
    desk.command(.testAlert(.critical))
    var random = SeededRandom(seed: 7)
    for _ in 0..<300 {
      desk.pass(.seconds(1))
      desk.price(Price(Fixed(60_900 + random.below(200))))
      if random.oneIn(40) { desk.command(.acknowledge(nil)) }
      if random.oneIn(60) { desk.take(.link(.publicStream, .down("gone"))) }
      if random.oneIn(20) { desk.take(.link(.publicStream, .up)) }
      if desk.timers[.alerts].map({ $0 <= desk.now }) ?? false { desk.take(.timer(.alerts)) }
    }
    var copy = TradingEngine(EngineDesk.settings, at: Sample.start)
    var wanted: [Effect] = []
    for event in desk.log {
      wanted += copy.handle(try EventCoding.decode(EventCoding.encode(event)))
    }
    #expect(wanted.alerts.count > 5)
    #expect(wanted.alerts == desk.wanted.alerts)
    #expect(copy.stateHash == desk.engine.stateHash)
  }
}

/// What alerts say of money.
struct AlertMoneyTests {
  @Test func `a closed position tells its loss in hundredths, never smaller than it was`() {
    var cycle = PositionCycle(
      key: Sample.btcKey, side: .long, source: nil, openedAt: Sample.start, entryPrice: 60_000,
      peakContracts: 10)
    cycle.exitPrice = 59_100
    cycle.fees = 1
    let told = (["-8.381", "-9.3"] as [Money]).map { realized in
      cycle.realizedPnL = realized
      return AlertWords.of(cycle)
    }
    let place = "long 10 contracts of BTC-USDT from 60000 to 59100 USDT, net"
    #expect(told == ["\(place) -9.39 USDT", "\(place) -10.30 USDT"])
  }
}

extension EngineDesk {
  static func settings(alerts rules: [String]) -> EngineSettings {
    let old = settings
    return EngineSettings(
      modeWord: old.modeWord, exchange: old.exchange, run: old.run, pairs: old.pairs,
      timeFrames: old.timeFrames, limits: old.limits, fees: old.fees, dayOffset: old.dayOffset,
      depth: old.depth, timing: old.timing, seed: old.seed,
      alerts: AlertPlan(
        rules: rules, defaults: .usual, priceSource: .last, silence: .seconds(30),
        repeatInterval: .seconds(30)))
  }

  @discardableResult
  mutating func price(_ price: Price) -> [Effect] {
    take(.ticker(Sample.ticker(last: price, at: now)))
  }

  /// Lets so many seconds pass with the timer of alerts ringing in each.
  mutating func ticks(_ count: Int) -> [Effect] {
    var effects: [Effect] = []
    for _ in 0..<count {
      pass(.seconds(1))
      if let moment = timers[.alerts], moment <= now {
        timers[.alerts] = nil
        effects += take(.timer(.alerts))
      }
    }
    return effects
  }
}

extension [Effect] {
  var alerts: [AlertRecord] {
    compactMap { if case .alert(let alert, _) = $0 { alert } else { nil } }
  }

  var writtenLines: [Record] {
    flatMap { effect -> [Record] in if case .journal(let records) = effect { records } else { [] } }
  }
}

extension Effect {
  fileprivate var isJournal: Bool { if case .journal = self { true } else { false } }
  fileprivate var isAlert: Bool { if case .alert = self { true } else { false } }
}
