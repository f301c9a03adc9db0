import AccountData
import Engine
import MarketData
import Risk
import TestSupport
import Testing
import Trading
import Units

/// The rules of the instruments are read again and again, and what changes is told and kept to.
@Suite struct InstrumentTests {
  private func bitcoin(
    value: BaseAmount = "0.001", tick: Price = "0.1", lot: Contracts = "0.1",
    largest: Contracts = 100_000
  ) -> Instrument {
    Sample.instrument(
      "BTC-USDT", value: value, tick: tick, lot: lot, largest: largest, leverage: 150)
  }

  /// Tells the rules as an answer to the request for them.
  @discardableResult
  private func read(_ desk: inout EngineDesk, _ instruments: [Instrument]) -> [Effect] {
    desk.take(.timer(.instruments))
    let effects = desk.take(.market(.instruments(instruments)))
    desk.answer("instruments", .confirmed(.done))
    return effects
  }

  private func alarms(_ effects: [Effect]) -> [String] {
    effects.compactMap { effect in
      if case .notify(let notice) = effect, notice.level == .alarm { notice.text } else { nil }
    }
  }

  @Test func `B12 the rules are read again after a while and with every new connection`() {
    var desk = EngineDesk()
    desk.boot()
    let interval = EngineDesk.settings.timing.instrumentsInterval
    #expect(desk.timers[.instruments] == Sample.start + interval)
    desk.now = Sample.start + interval
    #expect(desk.take(.timer(.instruments)).words == ["instruments"])
    #expect(desk.take(.timer(.instruments)).words == [], "one that waits is enough")
    let effects = desk.take(.market(.instruments([Sample.bitcoin, Sample.ether])))
    #expect(effects.timers[.instruments] == desk.now + interval)
    #expect(effects.notices == [])
    desk.answer("instruments", .confirmed(.done))
    desk.take(.link(.privateStream, .down("reset")))
    #expect(
      desk.take(.link(.privateStream, .up)).words == ["accountSnapshot", "instruments"])
  }

  @Test func `B12 rules that cannot be read after a lost connection keep entries from leaving`() {
    var desk = EngineDesk()
    desk.boot()
    desk.holdLong()
    desk.take(.link(.privateStream, .down("reset")))
    desk.take(.link(.privateStream, .up))
    let held = EngineDesk.account(
      positions: [Sample.position(opened: desk.now, updated: desk.now)],
      triggers: [EngineDesk.attachedStop])
    desk.answer("accountSnapshot", .confirmed(.account(held)))
    let failed = desk.answer("instruments", .unknown("HTTP 500"))
    #expect(failed.notices == ["the rules of the instruments were not read: HTTP 500"])
    let wait = (failed.timers[.instruments] ?? desk.now) - desk.now
    #expect(wait >= .seconds(2) && wait <= .seconds(4))
    desk.command(.open(EngineDesk.long))
    #expect(
      desk.snapshot.denials.last?.text == "the rules of the instruments are being read again")
    #expect(desk.command(.close(ClosingIntent(key: Sample.btcKey))).orders.count == 1)
    read(&desk, [Sample.bitcoin, Sample.ether])
    #expect(desk.snapshot.readiness == .ready)
  }

  @Test func `B12 a suspension and its end are told, loudly where something is held`() {
    var desk = EngineDesk()
    desk.boot()
    desk.holdLong()
    var bitcoin = Sample.bitcoin
    var ether = Sample.ether
    bitcoin.status = .suspended
    ether.status = .suspended
    let effects = read(&desk, [bitcoin, ether])
    #expect(effects.notices == ["BTC-USDT takes no orders now", "ETH-USDT takes no orders now"])
    #expect(alarms(effects) == ["BTC-USDT takes no orders now"])
    #expect(read(&desk, [bitcoin, ether]).notices == [])
    #expect(
      read(&desk, [Sample.bitcoin, Sample.ether]).notices == [
        "BTC-USDT takes orders again", "ETH-USDT takes orders again",
      ])
  }

  @Test func `B12 changed steps and limits are told and hold for the next order`() {
    var desk = EngineDesk()
    desk.boot()
    let effects = read(&desk, [bitcoin(lot: 4, largest: 50), Sample.ether])
    #expect(
      effects.notices == [
        "the rules of BTC-USDT changed: lot size 4, was 0.1, least order 4, was 0.1, "
          + "largest limit order 500, was 1000000, largest market order 50, was 100000"
      ])
    #expect(effects.words == ["tiers"])
    desk.command(.open(EngineDesk.long))
    #expect(desk.snapshot.denials.last?.code == "size.lot")
  }

  @Test func `B12 a contract that changes while it is held takes nothing more until it is flat`() {
    var desk = EngineDesk()
    desk.boot()
    desk.holdLong()
    let effects = read(&desk, [bitcoin(value: "0.01"), Sample.ether])
    let alarm =
      "the contract of BTC-USDT changed while something is open in it: nothing more is opened in "
      + "it until it is flat"
    #expect(alarms(effects) == [alarm])
    #expect(effects.words.contains("accountSnapshot"))
    desk.answer(
      "accountSnapshot",
      .confirmed(
        .account(
          EngineDesk.account(
            positions: [Sample.position(opened: desk.now, updated: desk.now)],
            triggers: [EngineDesk.attachedStop]))))
    desk.command(.open(EngineDesk.long))
    #expect(desk.snapshot.denials.last?.code == "instrument.changed")
    #expect(desk.command(.close(ClosingIntent(key: Sample.btcKey))).orders.count == 1)
  }

  @Test func `B12 a contract that changes while nothing is open in it is taken as it is`() {
    var desk = EngineDesk()
    desk.boot()
    let effects = read(&desk, [bitcoin(tick: 1), Sample.ether])
    #expect(effects.notices == ["the rules of BTC-USDT changed: tick size 1, was 0.1"])
    #expect(desk.command(.open(EngineDesk.long)).orders.count == 1)
  }

  @Test func `X14 a held instrument that is not listed any more is an alarm and can be closed`() {
    var desk = EngineDesk()
    desk.boot()
    desk.holdLong()
    #expect(alarms(read(&desk, [Sample.ether])) == ["BTC-USDT takes no orders now"])
    desk.command(.open(EngineDesk.long))
    #expect(desk.snapshot.denials.last?.code == "instrument.not_live")
    #expect(desk.command(.close(ClosingIntent(key: Sample.btcKey))).orders.count == 1)
  }

  @Test func `X14 the leverage of what is not listed any more is not asked for`() {
    var desk = EngineDesk()
    desk.boot()
    read(&desk, [Sample.ether])
    desk.command(.reconcile)
    let asked = desk.wanted.compactMap { effect -> [LeveragePlace]? in
      if case .accountSnapshot(_, let places) = effect { places } else { nil }
    }
    #expect(asked.last == [LeveragePlace(Sample.eth, .isolated)])
  }

  @Test func `B12 a pair that is listed later is subscribed to then`() {
    var desk = EngineDesk()
    desk.take(.started(Recovery()))
    desk.take(.link(.publicStream, .up))
    desk.take(.link(.privateStream, .up))
    desk.take(.market(.instruments([Sample.bitcoin])))
    desk.answer("instruments", .confirmed(.done))
    let effects = read(&desk, [Sample.bitcoin, Sample.ether])
    #expect(effects.words == ["subscribe", "tiers", "tiers"])
  }
}
