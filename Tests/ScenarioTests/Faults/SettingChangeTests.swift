import AccountData
import Engine
import Exchanges
import Simulation
import Testing
import Trading
import Units

/// Somebody else changes the leverage, or the exchange its rules, while the whole bot runs: both
/// are read again by themselves.
@MainActor
struct SettingChangeTests {
  @Test func `R12 X09 a leverage that was changed by hand is read, alarmed and not traded with`()
    throws
  {
    let desk = FaultDesk(seed: 5)
    desk.start()
    let wish = try #require(SagaKillTests.wish(desk.snapshot, .long))
    // By hand, at the exchange: nobody is told.
    desk.exchange.amend = { event in
      if case .account(.leverage) = event { nil } else { event }
    }
    desk.exchange.inner.perform(
      .setLeverage(wish.instrument, .isolated, .net, 100), as: RequestID(1 << 61))
    desk.run(20_000)
    desk.exchange.amend = nil
    let alarm =
      "the leverage at the exchange is 100x isolated, meant is 5x: nothing is opened until it is "
      + "set again"
    #expect(desk.snapshot.notices.filter { $0.level == .alarm }.map(\.text) == [alarm])
    desk.command(.open(wish))
    desk.run(3_000)
    #expect(desk.snapshot.denials.last?.code == "leverage.not_meant")
    #expect(desk.snapshot.positions.isEmpty)
    // A person sets it here, and it is traded again.
    desk.command(.setLeverage(wish.instrument, .isolated, 5))
    desk.run(1_000)
    _ = try desk.openLong()
    #expect(desk.snapshot.positions.map(\.leverage) == [5])
  }

  /// What the exchange is to make of an instrument in its list: nil takes it out.
  private func change(
    _ id: InstrumentID, _ rule: @escaping @MainActor (Instrument) -> Instrument?
  ) -> @MainActor (ExchangeEvent) -> ExchangeEvent? {
    { event in
      guard case .market(.instruments(let all)) = event else { return event }
      return .market(.instruments(all.compactMap { $0.id == id ? rule($0) : $0 }))
    }
  }

  @Test func `B12 a suspension while a position is held is read, told, and the position closed`()
    throws
  {
    let desk = FaultDesk(seed: 6)
    desk.start()
    let (wish, key) = try desk.openLong()
    desk.exchange.amend = change(key.instrument) { instrument in
      var suspended = instrument
      suspended.status = .suspended
      return suspended
    }
    desk.run(61_000)
    let text = "\(key.instrument) takes no orders now"
    #expect(desk.snapshot.notices.filter { $0.level == .alarm }.map(\.text) == [text])
    desk.command(.open(wish))
    #expect(desk.snapshot.denials.last?.code == "instrument.not_live")
    desk.exchange.amend = nil
    desk.run(61_000)
    #expect(desk.snapshot.notices.contains { $0.text == "\(key.instrument) takes orders again" })
    desk.command(.close(ClosingIntent(key: key)))
    desk.run(3_000)
    #expect(desk.snapshot.positions.isEmpty)
  }

  @Test func `X14 an instrument that leaves the list takes nothing new and lets its position go`()
    throws
  {
    let desk = FaultDesk(seed: 7)
    desk.start()
    let (wish, key) = try desk.openLong()
    desk.exchange.amend = change(key.instrument) { _ in nil }
    desk.run(61_000)
    desk.command(.open(wish))
    #expect(desk.snapshot.denials.last?.code == "instrument.not_live")
    // The account is read on, and what takes risk off passes.
    #expect(desk.snapshot.step == .ready)
    desk.command(.close(ClosingIntent(key: key)))
    desk.run(3_000)
    #expect(desk.snapshot.positions.isEmpty)
  }
}
