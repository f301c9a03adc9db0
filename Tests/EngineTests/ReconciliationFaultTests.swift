import AccountData
import Engine
import Risk
import TestSupport
import Testing
import Trading
import Units

/// What the engine makes of an account that changed while nobody, or somebody else, was looking.
@Suite struct ReconciliationFaultTests {
  private func read(_ desk: inout EngineDesk, _ account: AccountSnapshot) -> [Effect] {
    if !desk.snapshot.requests.waiting.contains(where: { $0.subject == .accountSnapshot }) {
      desk.command(.reconcile)
    }
    desk.pass(.milliseconds(50))
    return desk.answer("accountSnapshot", .confirmed(.account(account)))
  }

  private func fills(_ records: [Record]) -> [TradeID] {
    records.compactMap { if case .fill(let fill, _) = $0 { fill.tradeID } else { nil } }
  }

  @Test func `R03 a fill that was missed comes from the history, once`() {
    var desk = EngineDesk()
    desk.boot()
    let fill = Sample.fill("9", order: "70", contracts: 1)
    let account = EngineDesk.account(
      positions: [Sample.position(contracts: 1, opened: Sample.start)], fills: [fill])
    #expect(fills(read(&desk, account).records) == [fill.tradeID])
    #expect(fills(read(&desk, account).records) == [])
  }

  @Test func `R05 R06 a position that was changed by hand is believed and not corrected`() {
    var desk = EngineDesk()
    desk.boot()
    desk.holdLong()
    let changed = Sample.position(contracts: 4, opened: desk.now, updated: desk.now + .seconds(1))
    let effects = read(
      &desk, EngineDesk.account(positions: [changed], triggers: [EngineDesk.attachedStop]))
    #expect(desk.snapshot.positions.map(\.contracts) == [4])
    #expect(effects.orders.isEmpty)
    #expect(effects.notices.contains { $0.contains("changed elsewhere") })
    // Flipped by hand: another life, nobody's here, left alone.
    let flipped = Sample.position("8", side: .short, contracts: 2, opened: desk.now)
    let after = read(&desk, EngineDesk.account(positions: [flipped]))
    #expect(after.orders.isEmpty)
    #expect(desk.snapshot.positions.map(\.source) == [nil])
  }

  @Test func `R07 orders placed elsewhere are adopted and not canceled with ours`() {
    var desk = EngineDesk()
    desk.boot()
    _ = read(&desk, EngineDesk.account(orders: [Sample.order("5", type: .limit(50_000))]))
    #expect(desk.snapshot.orders.map(\.owner) == [.external])
    #expect(desk.command(.cancelAll(nil)).words == [])
    let effects = desk.command(.cancel(Sample.btc, .exchange(ExchangeOrderID("5"))))
    #expect(effects.words == ["cancel"])
  }

  @Test func `R07 O13 where cancels of an order from elsewhere get lost there are pauses`() {
    var desk = EngineDesk()
    desk.boot()
    let alive = Sample.order("5", type: .limit(50_000))
    _ = read(&desk, EngineDesk.account(orders: [alive]))
    desk.command(.cancel(Sample.btc, .exchange(ExchangeOrderID("5"))))
    let end = desk.now + .seconds(30)
    desk.run(.seconds(30)) { desk in
      desk.answerReadings(orders: [alive])
      while desk.now < end,
        let line = desk.snapshot.requests.waiting.first(where: {
          ["orderStatus", "cancel"].contains($0.subject.word)
        })
      {
        desk.pass(.milliseconds(50))
        let isQuestion = line.subject.word == "orderStatus"
        desk.take(
          .outcome(line.id, isQuestion ? .confirmed(.orderStatus(alive)) : .unknown("503")))
      }
    }
    let cancels = desk.wanted.words.count { $0 == "cancel" }
    #expect(cancels > 3 && cancels < 10, "\(cancels) cancels in half a minute")
    #expect(desk.wanted.notices.count { $0.contains("has an unknown outcome: 503; it is") } == 1)
    #expect(desk.snapshot.orders.map(\.state) == [.pendingCancel])
  }

  @Test func `R09 a position that ended while down is closed in the journal and nothing is sold`() {
    var first = EngineDesk()
    first.boot()
    first.holdLong()
    var second = EngineDesk()
    second.now = first.now + .minutes(10)
    let exit = Sample.order(
      "80", side: .sell, contracts: 10, filled: 10, price: 54_000, state: .filled, realized: -60,
      reduceOnly: true, category: .fullLiquidation, at: second.now - .minutes(5))
    second.take(.started(Recovery(journal: first.wanted.journaled)))
    second.take(.link(.publicStream, .up))
    second.take(.link(.privateStream, .up))
    second.take(.market(.instruments([Sample.bitcoin, Sample.ether])))
    second.take(.order(exit))
    let effects = second.answer(
      "accountSnapshot", .confirmed(.account(EngineDesk.account())))
    let endings = effects.records.compactMap { record -> PositionCycle.Ending? in
      if case .positionCycle(let cycle, _) = record { cycle.ending } else { nil }
    }
    #expect(endings == [.liquidation])
    #expect(second.wanted.orders.isEmpty)
    #expect(second.snapshot.breakers.rests.map(\.instrument) == [Sample.btc])
  }

  @Test func `R09 X03 what was paid and closed while down is in the life that ended`() {
    var first = EngineDesk()
    first.boot()
    first.holdLong()
    let paid = first.take(.funding(Sample.btc, "-0.06", at: first.now))
    #expect(paid.records.lives.map(\.funding) == ["-0.06"])
    var second = EngineDesk()
    second.now = first.now + .days(2)
    let exit = Sample.order(
      "80", side: .sell, contracts: 10, filled: 10, price: 54_000, state: .filled, fee: 1,
      realized: -60, reduceOnly: true, at: second.now - .hours(36))
    second.take(.started(Recovery(journal: first.wanted.journaled)))
    second.take(.link(.publicStream, .up))
    second.take(.link(.privateStream, .up))
    second.take(.market(.instruments([Sample.bitcoin, Sample.ether])))
    second.take(.funding(Sample.btc, "-0.04", at: first.now + .hours(8)))
    second.take(.order(exit))
    let effects = second.answer(
      "accountSnapshot", .confirmed(.account(EngineDesk.account())))
    #expect(effects.records.lives.map(\.funding) == ["-0.1"])
    #expect(effects.records.lives.map(\.realizedPnL) == [-60])
  }

  @Test
  func `R09 D06 a life that ended while down keeps its profit though the next run is cut off`() {
    var first = EngineDesk()
    first.boot()
    first.holdLong()
    func restart(after journal: [Record], at moment: Timestamp) -> EngineDesk {
      var desk = EngineDesk()
      desk.now = moment
      desk.take(.started(Recovery(journal: journal)))
      desk.take(.link(.publicStream, .up))
      desk.take(.link(.privateStream, .up))
      desk.take(.market(.instruments([Sample.bitcoin, Sample.ether])))
      return desk
    }
    var second = restart(after: first.wanted.journaled, at: first.now + .minutes(10))
    let exit = Sample.fill(
      "9", order: "80", side: .sell, price: 54_000, contracts: 10, fee: 1, realized: -60,
      at: second.now - .minutes(5))
    let account = Outcome.confirmed(.account(EngineDesk.account(fills: [exit])))
    second.take(.funding(Sample.btc, "-0.04", at: second.now - .minutes(6)))
    // Its end is held back until the account is read once more; before that the run is killed.
    second.pass(.milliseconds(50))
    let read = second.answer("accountSnapshot", account)
    #expect(fills(read.records) == [exit.tradeID])
    #expect(read.records.lives.map(\.closedAt) == [nil])
    var third = restart(
      after: first.wanted.journaled + second.wanted.journaled, at: second.now + .minutes(1))
    let ended = third.answer("accountSnapshot", account).records.lives.filter {
      $0.closedAt != nil
    }
    #expect(ended.map(\.realizedPnL) == [-60])
    #expect(ended.map(\.fees) == [1])
    #expect(ended.map(\.funding) == ["-0.04"])
  }

  @Test func `R12 another position mode than at the start stops entries and is explained`() {
    var desk = EngineDesk()
    desk.boot()
    let effects = desk.take(.positionMode(.hedge))
    #expect(effects.notices.first?.contains("position mode") == true)
    desk.command(.open(EngineDesk.long))
    #expect(desk.snapshot.denials.last?.code == "state.not_ready")
    desk.take(.positionMode(.oneWay))
    #expect(desk.command(.open(EngineDesk.long)).orders.count == 1)
  }

  @Test func `R10 an account that stays unread stops entries, not exits`() {
    var desk = EngineDesk()
    desk.boot()
    desk.holdLong()
    desk.run(.minutes(3)) { desk in
      while desk.snapshot.requests.waiting.contains(where: { $0.subject == .accountSnapshot }) {
        desk.answer("accountSnapshot", .unknown("HTTP 500"))
      }
      desk.take(.balance(Sample.balance(10_000, at: desk.now)))
      desk.quote(Sample.bitcoin, 60_000)
    }
    #expect(desk.snapshot.positions.count == 1)
    desk.command(.open(EngineDesk.long))
    #expect(desk.snapshot.denials.last?.code == "state.not_ready")
    #expect(desk.command(.close(ClosingIntent(key: Sample.btcKey))).orders.count == 1)
  }

  @Test func `R15 reading the same account twice changes nothing the second time`() {
    var desk = EngineDesk()
    desk.boot()
    let account = EngineDesk.account(
      positions: [Sample.position(contracts: 3, opened: Sample.start)],
      orders: [Sample.order("5", type: .limit(50_000))], triggers: [Sample.stop("7")],
      fills: [Sample.fill("9", order: "70", contracts: 3)])
    _ = read(&desk, account)
    let before = desk.snapshot.account
    let again = read(&desk, account)
    let changes = again.records.filter { record in
      switch record {
      case .requestAnswered, .command: false
      default: true
      }
    }
    #expect(changes == [])
    #expect(desk.snapshot.account.orders.open.map(\.state) == before.orders.open.map(\.state))
    #expect(desk.snapshot.account.orders.open.map(\.progress) == before.orders.open.map(\.progress))
    #expect(desk.snapshot.account.positions.held.map(\.cycle) == before.positions.held.map(\.cycle))
  }

  @Test func `W16 a silent account stream with something at stake is read more often`() {
    var desk = EngineDesk()
    desk.boot()
    desk.holdLong()
    var readings = 0
    desk.run(.minutes(2)) { desk in
      while desk.snapshot.requests.waiting.contains(where: { $0.subject == .accountSnapshot }) {
        readings += 1
        desk.answer(
          "accountSnapshot",
          .confirmed(
            .account(
              EngineDesk.account(
                positions: desk.snapshot.account.positions.held.map(\.report),
                triggers: [EngineDesk.attachedStop]))))
      }
    }
    #expect(readings >= 12)
    #expect(desk.snapshot.accountReading.isSilent)
    desk.take(.balance(Sample.balance(10_000, at: desk.now)))
    #expect(!desk.snapshot.accountReading.isSilent)
    // Quiet is usual: it hides no message of an order, and is in the journal.
    #expect(!desk.wanted.notices.contains { $0.contains("the account stream") })
    #expect(
      desk.wanted.records.compactMap { record -> String? in
        guard case .note(let note) = record, note.text.contains("the account stream") else {
          return nil
        }
        return note.text
      } == [
        "the account stream is silent: the account is read more often",
        "the account stream speaks again",
      ])
  }

  @Test func `W06 what is held is watched by readings while the account stream is refused`() {
    var desk = EngineDesk()
    desk.boot()
    desk.holdLong()
    desk.take(.link(.privateStream, .down("reset")))
    desk.take(.link(.privateStream, .connecting))
    desk.take(.link(.privateStream, .refused("no login")))
    var readings = 0
    func read(_ desk: inout EngineDesk, stops: [TriggerOrder]) {
      desk.quote(Sample.bitcoin, 60_000)
      readings += desk.answerReadings(stops: stops)
    }
    desk.run(.minutes(1)) { read(&$0, stops: [EngineDesk.attachedStop]) }
    #expect((10...13).contains(readings), "\(readings)")
    #expect(desk.wanted.protections.isEmpty)
    // Someone cancels the stop at the exchange, of which no stream tells.
    desk.run(.seconds(10)) { read(&$0, stops: []) }
    #expect(desk.wanted.protections.map(\.stopLoss?.triggerPrice) == [59_000])
    #expect(desk.snapshot.step == .connecting)
  }

  @Test func `W06 a stream that is refused is told once, with the reason, until it is up again`() {
    var desk = EngineDesk()
    desk.boot()
    for reason in ["first", "second"] {
      desk.take(.link(.privateStream, .down("reset")))
      for _ in 0..<2 {
        desk.take(.link(.privateStream, .connecting))
        desk.take(.link(.privateStream, .refused(reason)))
      }
      desk.take(.link(.privateStream, .up))
    }
    #expect(
      desk.wanted.notices.filter { $0.contains("the account stream") } == [
        "the account stream is down: reset", "the account stream is refused: first",
        "the account stream is down: reset", "the account stream is refused: second",
      ])
  }

  @Test(arguments: [
    (OrderCategory.fullLiquidation, PositionCycle.Ending.liquidation),
    (.autoDeleveraging, .autoDeleveraging),
  ])
  func `X01 X02 what the exchange ends is told with its cause and rests the instrument`(
    category: OrderCategory, ending: PositionCycle.Ending
  ) {
    var desk = EngineDesk()
    desk.boot()
    desk.holdLong()
    desk.pass(.seconds(1))
    desk.take(
      .order(
        Sample.order(
          "80", side: .sell, contracts: 10, filled: 10, price: 54_100, state: .filled, fee: 1,
          realized: -59, reduceOnly: true, category: category, at: desk.now)))
    let effects = desk.take(.positions([]))
    let cycle = desk.snapshot.account.endedCycles.last
    #expect(cycle?.ending == ending)
    #expect(cycle?.netPnL == -60)
    #expect(effects.notices.contains { $0.hasPrefix("the position was") })
    #expect(effects.words == ["cancelTrigger"])
    #expect(desk.snapshot.breakers.rests.map(\.ending) == [ending])
  }

  @Test func `X03 funding is booked once, with its sign`() {
    var desk = EngineDesk()
    desk.boot()
    desk.holdLong()
    for _ in 0..<2 { desk.take(.funding(Sample.btc, "-0.06", at: desk.now)) }
    desk.take(.funding(Sample.btc, "0.02", at: desk.now + .hours(8)))
    #expect(desk.snapshot.positions.map(\.funding) == ["-0.04"])
    #expect(desk.snapshot.account.day.funding == "-0.04")
  }

  @Test func `X04 W17 after the account stream is back everything is compared before an entry`() {
    var desk = EngineDesk()
    desk.boot()
    desk.holdLong()
    desk.take(.link(.privateStream, .down("maintenance")))
    desk.command(.open(EngineDesk.long))
    #expect(desk.snapshot.denials.last?.code == "state.not_ready")
    desk.pass(.minutes(20))
    let back = desk.take(.link(.privateStream, .up))
    #expect(back.words == ["accountSnapshot", "instruments"])
    #expect(desk.snapshot.step == .account)
    let answered = read(
      &desk, EngineDesk.account(positions: [Sample.position(opened: Sample.start)]))
    #expect(desk.snapshot.step == .ready)
    // Our stop is gone: it is asked for first.
    #expect(answered.orders.isEmpty)
    desk.run(.seconds(2)) { desk in
      if desk.snapshot.requests.waiting.contains(where: { $0.subject == .accountSnapshot }) {
        desk.answer(
          "accountSnapshot",
          .confirmed(
            .account(EngineDesk.account(positions: [Sample.position(opened: Sample.start)]))))
      }
    }
    #expect(desk.wanted.protections.count == 1)
  }

  @Test func `X06 sizing uses the balance of now`() throws {
    var desk = EngineDesk()
    desk.boot()
    var wish = EngineDesk.long
    wish.size = .riskShare("0.01")
    let before = try #require(desk.snapshot.preview(wish, at: desk.now).lossAtStop)
    desk.take(.balance(Sample.balance(1_000, at: desk.now)))
    let after = try #require(desk.snapshot.preview(wish, at: desk.now).lossAtStop)
    // A hundredth of the equity at most, the slippage of the entry left out.
    #expect(before <= 100 && before > 95)
    #expect(after <= 10 && after > "9.5")
  }

  @Test func `H15 P04 after a sleep of ten minutes nothing opens on what was known before it`() {
    var desk = EngineDesk()
    desk.boot()
    desk.pass(.minutes(10))
    desk.command(.open(EngineDesk.long))
    // The prices are new, the account is not.
    desk.quote(Sample.bitcoin, 60_000)
    desk.command(.open(EngineDesk.long))
    #expect(desk.wanted.orders == [])
    #expect(desk.snapshot.denials.map(\.code) == ["stale.ticker", "stale.balance"])
  }

  @Test func `D01 D02 no entry leaves while the journal is down, cancels and exits do`() {
    var desk = EngineDesk()
    desk.boot()
    desk.holdLong()
    desk.take(.journalFailed(nil, "disk full"))
    desk.command(.open(EngineDesk.long))
    #expect(desk.snapshot.denials.last?.code == "state.not_ready")
    let effects = desk.command(.close(ClosingIntent(key: Sample.btcKey)))
    #expect(effects.orders.count == 1)
    desk.take(.journalRecovered)
    #expect(desk.snapshot.readiness == .ready)
  }

  @Test func `D01 an action that ended while the journal was down does not come back`() {
    var desk = EngineDesk()
    desk.boot()
    desk.holdLong()
    desk.command(.flatten(nil))
    var entry = EngineDesk.long
    entry.stop = .stop(Trigger(triggerPrice: 60_000))
    entry.takeProfit = Trigger(triggerPrice: 64_000)
    desk.command(.openAt(entry, trigger: 61_000, until: nil))
    var written = desk.wanted.journaled
    #expect(actions(written) == ["flatten", "entry"])
    desk.take(.journalFailed(nil, "locked"))
    for line in desk.snapshot.plans where line.kind == "entry" { desk.command(.abandon(line.id)) }
    desk.pass(.milliseconds(200))
    desk.take(
      .order(
        Sample.order(
          "80", client: EngineDesk.id(2), side: .sell, contracts: 10, filled: 10, state: .filled,
          reduceOnly: true, at: desk.now)))
    desk.take(.positions([]))
    desk.run(.seconds(3))
    #expect(desk.snapshot.plans.map(\.kind) == [])
    written += desk.take(.journalRecovered).journaled
    #expect(actions(written) == [])
  }

  @Test func `D01 what guarded a position that ended while the journal was down is forgotten`() {
    var desk = EngineDesk()
    desk.boot()
    desk.holdLong()
    var written = desk.wanted.journaled
    #expect(protections(written) == ["stop 59000"])
    desk.take(.journalFailed(nil, "locked"))
    end(&desk, order: 2)
    written += desk.take(.journalRecovered).journaled
    #expect(protections(written) == [])
  }

  @Test func `D01 the guard of a position that began while the journal was down is kept`() {
    var desk = EngineDesk()
    desk.boot()
    desk.holdLong()
    var written = desk.wanted.journaled
    desk.take(.journalFailed(nil, "locked"))
    end(&desk, order: 2)
    // The one that ended and the one that begins have one line in the journal.
    desk.take(.positions([Sample.position(opened: desk.now, updated: desk.now)]))
    desk.command(
      .protect(Sample.btcKey, stopLoss: Trigger(triggerPrice: 59_500), takeProfit: nil))
    written += desk.take(.journalRecovered).journaled
    #expect(protections(written) == ["stop 59500"])
  }

  /// Closes the long with an order of this number.
  private func end(_ desk: inout EngineDesk, order number: UInt64) {
    desk.command(.close(ClosingIntent(key: Sample.btcKey)))
    desk.pass(.milliseconds(200))
    desk.take(
      .order(
        Sample.order(
          "80", client: EngineDesk.id(number), side: .sell, contracts: 10, filled: 10,
          state: .filled, reduceOnly: true, at: desk.now)))
    desk.take(.positions([]))
    desk.run(.seconds(3))
    #expect(desk.snapshot.positions.isEmpty)
  }

  /// What is to protect positions, as a start finds it after these records.
  private func protections(_ records: [Record]) -> [String] {
    Recovery(journal: records).openPlans.filter { $0.kind == "guard" }.map(\.step)
  }

  /// The actions that a start would go on with after these records.
  private func actions(_ records: [Record]) -> [String] {
    Recovery(journal: records).openPlans.map(\.kind).filter { $0 != "guard" }
  }

  @Test func `an entry whose intent could not be written never existed`() {
    var desk = EngineDesk()
    desk.boot()
    desk.command(.open(EngineDesk.long))
    desk.take(.journalFailed(EngineDesk.id(1), "disk full"))
    #expect(desk.snapshot.account.orders[EngineDesk.id(1)]?.state == .rejected)
    #expect(desk.snapshot.orders.isEmpty)
  }
}

extension [Record] {
  /// The lives of positions among them.
  fileprivate var lives: [PositionCycle] {
    compactMap { if case .positionCycle(let cycle, _) = $0 { cycle } else { nil } }
  }
}
