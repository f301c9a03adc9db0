import AccountData
import Engine
import Risk
import TestSupport
import Testing
import Trading
import Units

/// An account stream that does not come up at the start: the account is read by requests, what is
/// held is watched and can be closed, and nothing is opened.
@Suite struct UntoldAccountTests {
  /// A desk whose account stream is refused from the start, and that has read the account.
  private func refusedDesk(
    _ account: AccountSnapshot, recovery: Recovery = Recovery(),
    settings: EngineSettings = EngineDesk.settings, at start: Timestamp = Sample.start
  ) -> EngineDesk {
    var desk = EngineDesk(settings: settings)
    desk.now = start
    desk.take(.started(recovery))
    desk.take(.link(.publicStream, .up))
    desk.take(.link(.privateStream, .refused("no login")))
    desk.take(.market(.instruments([Sample.bitcoin, Sample.ether])))
    desk.answer("instruments", .confirmed(.done))
    desk.quote(Sample.bitcoin, 60_000)
    desk.quote(Sample.ether, 3_000)
    desk.answer("accountSnapshot", .confirmed(.account(account)))
    return desk
  }

  private func heldDesk() -> EngineDesk {
    refusedDesk(
      EngineDesk.account(positions: [Sample.position()], triggers: [EngineDesk.attachedStop]))
  }

  @Test func `W06 an account whose stream is refused from the start is read by requests`() {
    var desk = EngineDesk()
    desk.take(.started(Recovery()))
    let refused = desk.take(.link(.privateStream, .refused("no login")))
    #expect(refused.words == ["instruments"])
    #expect(refused.notices == ["the account stream is refused: no login"])
    let listed = desk.take(.market(.instruments([Sample.bitcoin, Sample.ether])))
    #expect(listed.words == ["subscribe", "tiers", "tiers", "accountSnapshot"])
    desk.answer("instruments", .confirmed(.done))
    let held = Sample.position()
    desk.answer(
      "accountSnapshot",
      .confirmed(
        .account(EngineDesk.account(positions: [held], triggers: [EngineDesk.attachedStop]))))
    #expect(desk.snapshot.account.positions.held.map(\.report) == [held])
    #expect(desk.snapshot.account.triggers.map(\.order) == [EngineDesk.attachedStop])
    #expect(desk.snapshot.step == .connecting)
  }

  @Test func `W06 with a stream that is refused from the start exits leave and entries do not`() {
    var desk = heldDesk()
    desk.take(.link(.privateStream, .connecting))
    desk.command(.open(EngineDesk.long))
    #expect(desk.wanted.orders == [])
    #expect(desk.snapshot.readiness == .linkDown(.privateStream))
    #expect(desk.snapshot.denials.map(\.code) == ["state.not_ready"])
    desk.command(.close(ClosingIntent(key: Sample.btcKey)))
    #expect(desk.wanted.orders.map(\.reduceOnly) == [true])
    #expect(desk.wanted.orders.map(\.contracts) == [10])
  }

  @Test func `W06 what is held is read every five seconds while no stream ever came up`() {
    var desk = heldDesk()
    var readings = 0
    desk.run(.minutes(1)) { readings += $0.answerReadings(stops: [EngineDesk.attachedStop]) }
    #expect((10...13).contains(readings), "\(readings)")
    #expect(desk.snapshot.step == .connecting)
  }

  @Test func `O22 W06 a stop that is missing is placed though no stream ever came up`() {
    var first = EngineDesk()
    first.boot()
    first.holdLong()
    var second = refusedDesk(
      EngineDesk.account(positions: [Sample.position(opened: Sample.start)]),
      recovery: Recovery(journal: first.wanted.journaled), settings: PlanTests.nextRun,
      at: first.now + .minutes(5))
    #expect(second.wanted.protections == [])
    second.run(.seconds(5)) { desk in
      desk.answerReadings()
      desk.findNoOrder()
    }
    #expect(second.wanted.protections.map(\.stopLoss?.triggerPrice) == [59_000])
  }

  @Test func `W06 a stream that is accepted at last makes ready what was read by requests`() {
    var desk = heldDesk()
    desk.take(.link(.privateStream, .connecting))
    let up = desk.take(.link(.privateStream, .up))
    #expect(up.words == ["accountSnapshot", "instruments"])
    desk.answerReadings(stops: [EngineDesk.attachedStop])
    desk.take(.market(.instruments([Sample.bitcoin, Sample.ether])))
    desk.answer("instruments", .confirmed(.done))
    #expect(desk.snapshot.readiness == .ready)
    #expect(desk.wanted.words.count { $0 == "subscribe" } == 1)
  }

  @Test func `W06 a reading that fails is tried again though no stream ever came up`() {
    var desk = EngineDesk()
    desk.take(.started(Recovery()))
    desk.take(.link(.privateStream, .refused("no login")))
    desk.answer("instruments", .unknown("timed out"))
    desk.run(.seconds(5))
    #expect(desk.wanted.words == ["instruments", "instruments"])
    desk.take(.market(.instruments([Sample.bitcoin, Sample.ether])))
    desk.answer("instruments", .confirmed(.done))
    desk.answer("accountSnapshot", .unknown("timed out"))
    desk.run(.seconds(5))
    #expect(desk.wanted.words.count { $0 == "accountSnapshot" } == 2)
  }

  @Test func `a stream that is only on its way up is waited for ten seconds`() {
    var desk = EngineDesk()
    desk.take(.started(Recovery()))
    #expect(desk.take(.link(.privateStream, .down("connection refused"))).words == [])
    desk.pass(.seconds(9))
    #expect(desk.take(.link(.privateStream, .connecting)).words == [])
    desk.pass(.seconds(1))
    #expect(
      desk.take(.link(.privateStream, .down("connection refused"))).words == ["instruments"])
  }

  @Test func `W01 a stream that is lost before the instruments came leaves nothing unread`() {
    var desk = EngineDesk()
    desk.take(.started(Recovery()))
    #expect(desk.take(.link(.privateStream, .up)).words == ["instruments"])
    #expect(desk.take(.link(.privateStream, .down("reset"))).words == [])
    let listed = desk.take(.market(.instruments([Sample.bitcoin, Sample.ether])))
    #expect(listed.words == ["subscribe", "tiers", "tiers", "accountSnapshot"])
  }
}
