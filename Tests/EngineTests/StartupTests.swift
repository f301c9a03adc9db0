import AccountData
import Engine
import MarketData
import Risk
import TestSupport
import Testing
import Trading
import Units

@Suite struct StartupTests {
  @Test func `I12 the start is one path whose step is visible`() {
    var desk = EngineDesk()
    let first = desk.take(.started(Recovery()))
    #expect(first.timers == [.day: Timestamp(year: 2026, month: 3, day: 5)])
    #expect(desk.snapshot.step == .connecting)
    #expect(desk.snapshot.readiness == .starting("connecting"))
    desk.take(.link(.publicStream, .up))
    let both = desk.take(.link(.privateStream, .up))
    #expect(both.words == ["instruments"])
    #expect(desk.snapshot.step == .instruments)
    #expect(desk.snapshot.readiness == .starting("reading instruments"))
    let listed = desk.take(.market(.instruments([Sample.bitcoin, Sample.ether])))
    #expect(listed.words == ["subscribe", "tiers", "tiers", "accountSnapshot"])
    #expect(desk.snapshot.step == .account)
    desk.answer("instruments", .confirmed(.done))
    let read = desk.answer("accountSnapshot", .confirmed(.account(EngineDesk.account())))
    #expect(read.words == ["setLeverage"])
    #expect(read.timers[.reconcile] == desk.now + .seconds(60))
    #expect(desk.snapshot.step == .ready)
    #expect(desk.snapshot.readiness == .ready)
    #expect(desk.snapshot.notices.map(\.text) == ["ready"])
  }

  @Test func `H12 why a start waits for the instruments is told once`() {
    var desk = EngineDesk()
    desk.take(.started(Recovery()))
    desk.take(.link(.publicStream, .up))
    desk.take(.link(.privateStream, .up))
    for _ in 0..<3 {
      desk.answer("instruments", .unknown("HTTP status 503"))
      desk.run(.seconds(10))
    }
    #expect(
      desk.wanted.notices == ["the rules of the instruments were not read: HTTP status 503"])
    #expect(desk.wanted.words.count { $0 == "instruments" } > 1)
    #expect(desk.snapshot.step == .instruments)
  }

  @Test func `a subscription asks for everything of every pair`() {
    var desk = EngineDesk()
    desk.take(.started(Recovery()))
    desk.take(.link(.publicStream, .up))
    desk.take(.link(.privateStream, .up))
    let effects = desk.take(.market(.instruments([Sample.bitcoin, Sample.ether])))
    let wanted = [Sample.btc, Sample.eth].flatMap { id -> [MarketSubscription] in
      [.ticker(id), .mark(id), .funding(id), .book(id), .trades(id), .candles(id, .oneMinute)]
    }
    let asked = effects.compactMap { effect -> [MarketSubscription]? in
      if case .subscribe(_, let subscriptions) = effect { subscriptions } else { nil }
    }
    #expect(asked == [wanted])
  }

  @Test func `limits that look at candles have those of the past read at the start`() {
    var desk = EngineDesk(settings: EngineDesk.settings { $0.size.rangeMoveMaximum = "0.02" })
    desk.take(.started(Recovery()))
    desk.take(.link(.publicStream, .up))
    desk.take(.link(.privateStream, .up))
    desk.take(.market(.instruments([Sample.bitcoin, Sample.ether])))
    let asked = desk.wanted.compactMap { effect -> InstrumentID? in
      if case .candles(_, let id, .oneMinute, nil, limit: 100) = effect { id } else { nil }
    }
    #expect(asked == [Sample.btc, Sample.eth])
  }

  @Test func `R10 an account that cannot be read is never flat and is read again`() {
    var desk = EngineDesk()
    desk.boot(EngineDesk.account(positions: [Sample.position()]))
    let asked = desk.take(.timer(.reconcile))
    #expect(asked.words == ["accountSnapshot"])
    let failed = desk.answer("accountSnapshot", .unknown("timed out"))
    let again = (failed.timers[.reconcile] ?? desk.now) - desk.now
    #expect(again >= .seconds(1) && again <= .seconds(2))
    #expect(desk.snapshot.account.positions.held.count == 1)
    #expect(desk.snapshot.step == .ready)
  }

  @Test func `a start whose account cannot be read is tried again and opens nothing`() {
    var desk = EngineDesk()
    desk.take(.started(Recovery()))
    desk.take(.link(.publicStream, .up))
    desk.take(.link(.privateStream, .up))
    desk.take(.market(.instruments([Sample.bitcoin])))
    let failed = desk.answer("accountSnapshot", .notSent("offline"))
    let wait = (failed.timers[.startup] ?? desk.now) - desk.now
    #expect(wait >= .seconds(2) && wait <= .seconds(4))
    #expect(desk.snapshot.step == .account)
    desk.quote(Sample.bitcoin, 60_000)
    let opened = desk.command(.open(EngineDesk.long))
    #expect(opened.orders.isEmpty)
    #expect(desk.snapshot.denials.map(\.code) == ["state.not_ready"])
    let again = desk.take(.timer(.startup))
    #expect(again.words == ["accountSnapshot"])
  }

  @Test func `after a lost account stream the account is compared before anything opens`() {
    var desk = EngineDesk()
    desk.boot()
    let lost = desk.take(.link(.privateStream, .down("reset")))
    #expect(lost.notices == ["the account stream is down: reset"])
    #expect(desk.snapshot.readiness == .linkDown(.privateStream))
    let back = desk.take(.link(.privateStream, .up))
    #expect(back.words == ["accountSnapshot", "instruments"])
    #expect(desk.snapshot.readiness == .reconciling)
    desk.answer("accountSnapshot", .confirmed(.account(EngineDesk.account())))
    #expect(desk.snapshot.readiness == .rulesUnread)
    desk.take(.market(.instruments([Sample.bitcoin, Sample.ether])))
    desk.answer("instruments", .confirmed(.done))
    #expect(desk.snapshot.readiness == .ready)
  }

  @Test func `R12 a position mode that a person sets is read back before anything opens`() {
    var desk = EngineDesk()
    desk.boot()
    let asked = desk.command(.setPositionMode(.hedge))
    #expect(asked.words == ["setPositionMode"])
    let answered = desk.answer("setPositionMode", .confirmed(.done))
    #expect(answered.words == ["accountSnapshot"])
    #expect(desk.snapshot.readiness == .positionModeChanged(.oneWay))
    desk.pass(.milliseconds(50))
    desk.answer("accountSnapshot", .confirmed(.account(EngineDesk.account(mode: .hedge))))
    #expect(desk.snapshot.account.positionMode == .hedge)
    #expect(desk.snapshot.readiness == .ready)
  }

  @Test func `a position mode is not changed where something is held`() {
    var desk = EngineDesk()
    desk.boot()
    desk.holdLong()
    let asked = desk.command(.setPositionMode(.hedge))
    #expect(asked.words == [])
    #expect(
      asked.notices == [
        "denied: the position mode changes only without positions and orders: "
          + "1 positions and 1 orders are open"
      ])
  }

  @Test func `W01 a lost market connection takes the books that it carried and no other`() {
    var desk = EngineDesk()
    desk.boot()
    desk.take(.link(.publicStream, .down("silent")))
    // The book went with its stream, of which was told.
    #expect(desk.take(.market(.bookGap(Sample.btc))).notices == [])
    desk.take(.link(.publicStream, .up))
    // Ether's book came over another connection, on which its changes go on without a snapshot.
    #expect(desk.snapshot.markets.all.map(\.book.state) == [.unsynced(.reported), .synced])
    desk.command(.open(EngineDesk.long))
    #expect(desk.snapshot.denials.map(\.code) == ["book.unsynced"])
  }

  @Test func `R16 a halt outlives a restart`() {
    var desk = EngineDesk()
    let halted = BotStateRecord(
      state: .halted, reason: "daily loss", source: .engine, at: Sample.start - .hours(1))
    desk.boot(recovery: Recovery(state: halted))
    #expect(desk.snapshot.trading.mode == .halted)
    #expect(desk.snapshot.trading.reason == "daily loss")
    desk.command(.open(EngineDesk.long))
    #expect(desk.snapshot.denials.map(\.code) == ["state.forbids"])
  }

  @Test func `R01 R02 intents without an end are asked for before the start is done`() {
    let request = OrderRequest(
      clientOrderID: ClientOrderID("old1"), instrument: Sample.btc, side: .buy,
      marginMode: .isolated, type: .limit(59_000), contracts: 5, reduceOnly: false)
    let intent = IntentRecord(
      action: .order(request), purpose: .open, source: .keyboard, reasons: [], figures: nil,
      state: .running, at: Sample.start - .minutes(5))
    var desk = EngineDesk()
    let effects = desk.boot(recovery: Recovery(openIntents: [intent], usedClientOrderIDs: 7))
    #expect(effects.words.contains("orderStatus"))
    #expect(desk.snapshot.step == .resolving(1))
    #expect(desk.snapshot.orders.map(\.state) == [.unknown])
    // Never sent: absent twice, with the whole account read in between, and old enough.
    desk.answer("orderStatus", .confirmed(.orderStatus(nil)))
    desk.take(.timer(.order(request.clientOrderID)))
    let second = desk.answer("orderStatus", .confirmed(.orderStatus(nil)))
    #expect(second.words == ["accountSnapshot"])
    desk.answer("accountSnapshot", .confirmed(.account(EngineDesk.account())))
    let third = desk.answer("orderStatus", .confirmed(.orderStatus(nil)))
    #expect(third.notices.contains("order old1 was found nowhere"))
    #expect(desk.snapshot.orders.map(\.state) == [.lost])
    #expect(desk.snapshot.step == .ready)
  }

  @Test func `R02 an intent of a killed run that is alive is adopted by its id`() {
    let request = OrderRequest(
      clientOrderID: ClientOrderID("old1"), instrument: Sample.btc, side: .buy,
      marginMode: .isolated, type: .limit(59_000), contracts: 5, reduceOnly: false)
    let intent = IntentRecord(
      action: .order(request), purpose: .open, source: .strategy("zones"), reasons: [],
      figures: nil, state: .running, at: Sample.start - .minutes(5))
    let live = Sample.order(
      "77", client: request.clientOrderID, type: .limit(59_000), contracts: 5)
    var desk = EngineDesk()
    desk.boot(
      EngineDesk.account(orders: [live]), recovery: Recovery(openIntents: [intent]))
    #expect(desk.snapshot.step == .ready)
    #expect(desk.snapshot.orders.map(\.state) == [.live])
    #expect(desk.snapshot.orders.map(\.owner) == [.own(.strategy("zones"))])
  }

  @Test func `C01 C03 the clock is the median of the measurements and a wrong one refuses`() {
    var desk = EngineDesk()
    desk.boot()
    func measure(_ offset: Int64) {
      desk.take(
        .serverTime(
          desk.now + .milliseconds(offset + 20), sentAt: desk.now,
          receivedAt: desk.now + .milliseconds(40)))
    }
    for offset in [10, 12, 90_000] as [Int64] { measure(offset) }
    #expect(desk.snapshot.clock.offset == .milliseconds(12))
    #expect(desk.snapshot.readiness == .ready)
    for _ in 0..<3 { measure(-1_500) }
    for _ in 0..<3 { measure(-1_500) }
    #expect(desk.snapshot.readiness == .clockOff(.milliseconds(-1_500)))
  }

  @Test func `C01 a limit of the clock that is tightened denies the next entry`() {
    var desk = EngineDesk()
    desk.boot()
    desk.take(
      .serverTime(
        desk.now + .milliseconds(520), sentAt: desk.now, receivedAt: desk.now + .milliseconds(40)))
    #expect(desk.snapshot.readiness == .ready)
    var tight = EngineDesk.limits
    tight.clockOffsetMaximum = .milliseconds(200)
    desk.command(.setLimits(tight), .engine)
    desk.command(.open(EngineDesk.long))
    #expect(desk.snapshot.readiness == .clockOff(.milliseconds(500)))
    #expect(desk.snapshot.denials.map(\.code) == ["state.not_ready"])
  }

  @Test func `a pair that is not listed is told and the rest goes on`() {
    var desk = EngineDesk()
    desk.take(.started(Recovery()))
    desk.take(.link(.publicStream, .up))
    desk.take(.link(.privateStream, .up))
    let effects = desk.take(.market(.instruments([Sample.bitcoin])))
    #expect(effects.notices == ["ETH-USDT is not listed"])
    #expect(effects.words == ["subscribe", "tiers", "accountSnapshot"])
  }
}
