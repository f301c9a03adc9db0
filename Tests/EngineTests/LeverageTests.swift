import AccountData
import Engine
import Risk
import TestSupport
import Testing
import Trading
import Units

/// The leverage at the exchange is read, and nothing is opened with another one than was meant.
@Suite struct LeverageTests {
  private func isolated(_ leverage: Leverage) -> [LeverageSetting] {
    [
      LeverageSetting(
        instrument: Sample.btc, marginMode: .isolated, slot: .net, leverage: leverage)
    ]
  }

  /// Reads the account, which has these leverages.
  @discardableResult
  private func read(
    _ desk: inout EngineDesk, _ leverages: [LeverageSetting]?, positions: [Position] = [],
    orders: [Order] = []
  ) -> [Effect] {
    if !desk.snapshot.requests.waiting.contains(where: { $0.subject == .accountSnapshot }) {
      desk.command(.reconcile)
    }
    desk.pass(.milliseconds(50))
    return desk.answer(
      "accountSnapshot",
      .confirmed(
        .account(
          EngineDesk.account(
            positions: positions, orders: orders,
            triggers: positions.isEmpty ? [] : [EngineDesk.attachedStop], leverages: leverages))))
  }

  private func alarms(_ effects: [Effect]) -> [String] {
    effects.compactMap { effect in
      if case .notify(let notice) = effect, notice.level == .alarm { notice.text } else { nil }
    }
  }

  private let changed =
    "the leverage at the exchange is 100x isolated, meant is 10x: nothing is opened until it is "
    + "set again"

  @Test func `R12 a leverage changed elsewhere is told once and nothing is opened with it`() {
    var desk = EngineDesk()
    desk.boot()
    #expect(alarms(read(&desk, isolated(100))) == [changed])
    #expect(alarms(read(&desk, isolated(100))) == [])
    #expect(desk.snapshot.account.leverage(Sample.btc, .isolated, .net) == 100)
    #expect(desk.command(.open(EngineDesk.long)).orders.isEmpty)
    #expect(desk.snapshot.denials.map(\.code) == ["leverage.not_meant"])
    // Set back at the exchange by hand: it is seen as well.
    #expect(read(&desk, isolated(10)).notices == ["the leverage is 10x again"])
    #expect(desk.command(.open(EngineDesk.long)).orders.count == 1)
  }

  @Test func `R12 a person who sets the leverage here decides what is meant`() {
    var desk = EngineDesk()
    desk.boot()
    read(&desk, isolated(5))
    let asked = desk.command(.setLeverage(Sample.btc, .isolated, 5))
    #expect(asked.words == ["setLeverage"])
    desk.take(.leverage(Sample.btc, .isolated, .net, 5))
    desk.answer("setLeverage", .confirmed(.done))
    #expect(desk.command(.open(EngineDesk.long)).orders.count == 1)
    #expect(alarms(read(&desk, isolated(5))) == [])
  }

  @Test func `R12 a position that trades with another leverage is news, proven by a reading`() {
    var desk = EngineDesk()
    desk.boot()
    desk.holdLong()
    let position = Sample.position(
      leverage: 100, opened: desk.now, updated: desk.now + .seconds(1))
    let effects = desk.take(.positions([position]))
    #expect(effects.words == ["accountSnapshot"])
    #expect(alarms(effects) == [])
    desk.command(.open(EngineDesk.long))
    #expect(desk.snapshot.denials.last?.code == "leverage.not_meant")
    #expect(alarms(read(&desk, isolated(100), positions: [position])) == [changed])
    // What takes risk off passes.
    let closed = desk.command(.close(ClosingIntent(key: Sample.btcKey)))
    #expect(closed.orders.map(\.reduceOnly) == [true])
  }

  @Test func `R12 with a higher leverage an entry that rests is canceled, with a lower one not`() {
    for (leverage, cancels) in [(Leverage(100), 1), (5, 0)] {
      var desk = EngineDesk()
      desk.boot()
      let id = desk.restLong(as: "77")
      let resting = Sample.order("77", client: id, type: .limit(59_900))
      let effects = read(&desk, isolated(leverage), orders: [resting])
      #expect(effects.words.count { $0 == "cancel" } == cancels)
      let end = "it is set again" + (cancels > 0 ? ", and our entries there are canceled" : "")
      #expect(alarms(effects).map { $0.hasSuffix(end) } == [true])
    }
  }

  @Test func `X09 an entry stays when the leverage of the other margin mode is too high`() {
    var desk = EngineDesk()
    desk.boot()
    let id = desk.restLong(as: "77")
    let cross = LeverageSetting(
      instrument: Sample.btc, marginMode: .cross, slot: .net, leverage: 50)
    let effects = read(
      &desk, isolated(10) + [cross],
      orders: [Sample.order("77", client: id, type: .limit(59_900))])
    #expect(!effects.words.contains("cancel"))
    #expect(
      alarms(effects) == [
        "the leverage at the exchange is 50x cross, the limit is 10x: nothing is opened until it "
          + "is set again"
      ])
  }

  @Test func `R12 a list of positions that is older than the leverage is no alarm`() {
    var desk = EngineDesk()
    desk.boot()
    desk.holdLong()
    let old = Sample.position(leverage: 5, opened: desk.now, updated: desk.now)
    desk.take(.positions([old]))
    #expect(
      read(&desk, isolated(10), positions: [Sample.position(opened: desk.now)]).notices == [])
    desk.pass(.minutes(1))
    #expect(desk.snapshot.notices.filter { $0.level == .alarm }.map(\.text) == [])
  }

  @Test func `R12 leverages that cannot be read refuse new risk and are told once`() {
    var desk = EngineDesk()
    desk.boot()
    let text = "the leverage could not be read: nothing is opened with one that is not known"
    #expect(read(&desk, nil).notices == [text])
    #expect(read(&desk, nil).notices == [])
    desk.command(.open(EngineDesk.long))
    #expect(desk.snapshot.denials.last?.code == "missing.leverage")
    #expect(read(&desk, isolated(10)).notices == ["the leverage was read again"])
  }

  @Test func `X09 a leverage that cannot be set is alarmed and nothing is sent at the wrong one`() {
    var desk = EngineDesk()
    desk.take(.started(Recovery()))
    desk.take(.link(.publicStream, .up))
    desk.take(.link(.privateStream, .up))
    desk.take(.market(.instruments([Sample.bitcoin, Sample.ether])))
    desk.answer("instruments", .confirmed(.done))
    desk.take(.market(.tiers(Sample.btc, .isolated, Sample.tiers)))
    desk.quote(Sample.bitcoin, 60_000)
    let first = desk.answer(
      "accountSnapshot", .confirmed(.account(EngineDesk.account(leverages: isolated(3)))))
    #expect(first.words == ["setLeverage"])
    let no = Outcome.refused(
      Refusal(code: "110006", message: "pending orders", advice: .fixRequest))
    desk.answer("setLeverage", no)
    desk.command(.open(EngineDesk.long))
    #expect(desk.snapshot.denials.last?.code == "leverage.not_meant")
    // With an order at stake nothing is set any more: a person is asked.
    let resting = [Sample.order("5", type: .limit(50_000))]
    let effects = read(&desk, isolated(3), orders: resting)
    #expect(!effects.words.contains("setLeverage"))
    #expect(
      alarms(effects) == [
        "the leverage at the exchange is 3x isolated, meant is 10x: nothing is opened until it is "
          + "set again"
      ])
  }

  @Test func `R12 a reading that was asked before a leverage was set does not undo it`() {
    var desk = EngineDesk()
    desk.boot()
    let id = desk.restLong(as: "77")
    let resting = Sample.order("77", client: id, type: .limit(59_900))
    desk.command(.reconcile)
    desk.pass(.milliseconds(20))
    desk.command(.setLeverage(Sample.btc, .isolated, 5))
    desk.pass(.milliseconds(20))
    desk.take(.leverage(Sample.btc, .isolated, .net, 5))
    desk.answer("setLeverage", .confirmed(.done))
    let effects = read(&desk, isolated(10), orders: [resting])
    #expect(alarms(effects) == [])
    #expect(!effects.words.contains("cancel"))
    #expect(desk.snapshot.account.leverage(Sample.btc, .isolated, .net) == 5)
    // A reading that was asked since is believed.
    #expect(alarms(read(&desk, isolated(10), orders: [resting])).count == 1)
  }

  @Test func `X09 in hedge mode the leverage of the long and of the short is set`() {
    var desk = EngineDesk()
    desk.take(.started(Recovery()))
    desk.take(.link(.publicStream, .up))
    desk.take(.link(.privateStream, .up))
    desk.take(.market(.instruments([Sample.bitcoin, Sample.ether])))
    desk.answer("instruments", .confirmed(.done))
    let sides = [PositionSlot.long, .short]
    let effects = desk.answer(
      "accountSnapshot",
      .confirmed(
        .account(
          EngineDesk.account(
            mode: .hedge,
            leverages: sides.map {
              LeverageSetting(
                instrument: Sample.btc, marginMode: .isolated, slot: $0, leverage: 3)
            }))))
    let settings = effects.compactMap { effect -> LeverageSetting? in
      guard case .setLeverage(_, let instrument, let mode, let slot, let leverage) = effect else {
        return nil
      }
      return LeverageSetting(
        instrument: instrument, marginMode: mode, slot: slot, leverage: leverage)
    }
    #expect(
      settings
        == sides.map {
          LeverageSetting(instrument: Sample.btc, marginMode: .isolated, slot: $0, leverage: 10)
        })
  }

  @Test func `R12 every reading of the account asks for the leverage of what is traded`() {
    var desk = EngineDesk()
    desk.boot()
    desk.command(.reconcile)
    let asked = desk.wanted.compactMap { effect -> [LeveragePlace]? in
      if case .accountSnapshot(_, let places) = effect { places } else { nil }
    }
    let places = [LeveragePlace(Sample.btc, .isolated), LeveragePlace(Sample.eth, .isolated)]
    #expect(asked == [places, places])
  }

  @Test func `E7 a leverage that puts liquidation before the stop of what is held is denied`() {
    var desk = EngineDesk()
    desk.boot()
    desk.holdLong(stop: Sample.stop("901", at: 54_300))
    let opened = desk.now
    desk.pass(.seconds(1))
    desk.take(
      .positions([Sample.position(leverage: 5, opened: opened, updated: desk.now)]))
    // 600 USDT, of which 60 are left as collateral.
    let denied = desk.command(.setLeverage(Sample.btc, .isolated, 10))
    #expect(denied.words == [])
    #expect(
      denied.notices == ["denied: the stop 54300 is not 0.5 % before liquidation at 54249.6"])
    // Farther from it, and lower, it may be set.
    #expect(desk.command(.setLeverage(Sample.btc, .isolated, 8)).words == ["setLeverage"])
    #expect(desk.command(.setLeverage(Sample.btc, .isolated, 3)).words == ["setLeverage"])
  }
}
