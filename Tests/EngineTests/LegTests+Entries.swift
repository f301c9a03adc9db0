import AccountData
import Engine
import TestSupport
import Testing
import Trading
import Units

/// Stops and targets that came with several entries of one position: what takes the place of one
/// of them is not taken for that of another.
extension LegTests {
  /// A long of ten contracts of two entries that came with the same stop and target, five each.
  private func addedAlike() -> EngineDesk {
    var desk = EngineDesk()
    desk.boot()
    desk.holdLong(stop: Sample.stop("901", target: 63_000, size: .contracts(5)))
    desk.take(.triggerOrder(Sample.stop("902", target: 63_000, size: .contracts(5))))
    return desk
  }

  @Test func `a stop that moves leaves the targets of two entries that are alike`() {
    var desk = addedAlike()
    desk.command(
      .protect(Sample.btcKey, stopLoss: Trigger(triggerPrice: 59_500), takeProfit: nil))
    settle(&desk, for: .seconds(5))
    #expect(resting(desk) == ["5 target 63000", "5 target 63000", "all stop 59500"])
  }

  @Test(arguments: [false, true])
  func `X08 targets of entries that are alike outlive a crash between one and the other`(
    isCanceled: Bool
  ) {
    var first = addedAlike()
    first.command(
      .protect(Sample.btcKey, stopLoss: Trigger(triggerPrice: 59_500), takeProfit: nil))
    show(&first, as: "950")
    // The first target has an order of its own; that of the second is on its way and never came.
    show(&first, as: "951")
    let account = first.snapshot.account
    var second = EngineDesk(settings: PlanTests.nextRun)
    second.now = first.now + .seconds(20)
    second.boot(
      EngineDesk.account(
        positions: account.positions.held.map(\.report),
        triggers: account.triggers.map(\.order).filter {
          !isCanceled || $0.exchangeOrderID != ExchangeOrderID("901")
        }),
      recovery: Recovery(journal: first.wanted.journaled))
    settle(&second, for: .seconds(5))
    #expect(resting(second) == ["5 target 63000", "5 target 63000", "all stop 59500"])
  }

  @Test func `new targets leave the stops of two entries that are alike`() {
    var desk = addedAlike()
    desk.command(.takeProfits(Sample.btcKey, targets(61_000, 62_000)))
    settle(&desk, for: .seconds(8))
    #expect(
      resting(desk) == [
        "5 stop 59000", "5 stop 59000", "5 target 61000", "5 target 62000",
      ])
    #expect(desk.snapshot.plans.isEmpty)
  }

  @Test func `what came with two entries is still ours after a restart`() {
    var first = EngineDesk()
    first.boot()
    first.holdLong(stop: Sample.stop("901", target: 63_000, size: .contracts(10)))
    let opened = first.now
    var addition = EngineDesk.long
    addition.stop = .stop(Trigger(triggerPrice: 59_200))
    addition.takeProfit = Trigger(triggerPrice: 64_000)
    first.pass(.seconds(1))
    first.command(.open(addition))
    first.take(.intentDurable(EngineDesk.id(2)))
    first.answer("submit", .confirmed(.order(ExchangeOrderID("82"))))
    first.take(
      .order(
        Sample.order(
          "82", client: EngineDesk.id(2), contracts: 10, filled: 10, state: .filled,
          stopLoss: Trigger(triggerPrice: 59_200), at: first.now)))
    first.take(
      .triggerOrder(Sample.stop("902", at: 59_200, target: 64_000, size: .contracts(10))))
    first.take(
      .positions([Sample.position(contracts: 20, opened: opened, updated: first.now)]))
    let account = first.snapshot.account
    var second = EngineDesk(settings: PlanTests.nextRun)
    second.now = first.now + .seconds(20)
    second.boot(
      EngineDesk.account(
        positions: account.positions.held.map(\.report), triggers: account.triggers.map(\.order)),
      recovery: Recovery(journal: first.wanted.journaled))
    second.command(
      .protect(Sample.btcKey, stopLoss: Trigger(triggerPrice: 59_500), takeProfit: nil))
    settle(&second, for: .seconds(5))
    #expect(resting(second) == ["10 target 63000", "10 target 64000", "all stop 59500"])
  }

  @Test func `X08 a stop that was moved before a crash replaces the one of the entry after it`() {
    var first = EngineDesk()
    first.boot()
    first.holdLong()
    first.command(
      .protect(Sample.btcKey, stopLoss: Trigger(triggerPrice: 59_500), takeProfit: nil))
    guard let moved = first.wanted.protections.last else { return }
    // Killed after the exchange took it, before the cancel of the other one left.
    let resting = [
      EngineDesk.attachedStop,
      Sample.stop("950", client: moved.clientOrderID, at: 59_500, target: 63_000),
    ]
    var second = EngineDesk(settings: PlanTests.nextRun)
    second.now = first.now + .seconds(20)
    second.boot(
      EngineDesk.account(
        positions: first.snapshot.account.positions.held.map(\.report), triggers: resting),
      recovery: Recovery(journal: first.wanted.journaled))
    settle(&second, for: .seconds(5))
    #expect(self.resting(second) == ["all stop 59500 target 63000"])
  }

  @Test(arguments: [false, true])
  func `X08 O26 a target that was moved before a crash outlives the one before it`(
    isNewestFirst: Bool
  ) {
    var first = EngineDesk()
    first.boot()
    first.holdLong()
    first.command(
      .protect(Sample.btcKey, stopLoss: nil, takeProfit: Trigger(triggerPrice: 64_000)))
    guard let moved = first.wanted.protections.last else {
      Issue.record("nothing was asked for")
      return
    }
    let resting = [
      EngineDesk.attachedStop,
      Sample.stop(
        "950", client: moved.clientOrderID, at: 59_000, target: 64_000, size: moved.size,
        created: first.now + .milliseconds(20)),
    ]
    var second = EngineDesk(settings: PlanTests.nextRun)
    second.now = first.now + .seconds(20)
    second.boot(
      EngineDesk.account(
        positions: first.snapshot.account.positions.held.map(\.report),
        triggers: isNewestFirst ? resting.reversed() : resting),
      recovery: Recovery(journal: first.wanted.journaled))
    settle(&second, for: .seconds(5))
    #expect(self.resting(second) == ["10 stop 59000 target 64000"])
  }

  @Test(arguments: [BotState.running, .halted, .reducing])
  func `E7 a trail gives up no nearer stop of a part, and says so once`(state: BotState) {
    var desk = EngineDesk()
    desk.boot()
    var wide = EngineDesk.long
    wide.stop = .stop(Trigger(triggerPrice: 56_000))
    desk.holdLong(stop: Sample.stop("901", at: 56_000, size: .contracts(10)), wide)
    let opened = desk.now
    desk.pass(.milliseconds(100))
    desk.take(.triggerOrder(Sample.stop("902", at: 59_500, size: .contracts(127))))
    desk.take(
      .positions([Sample.position(contracts: 137, opened: opened, updated: desk.now)]))
    desk.command(.trail(Sample.btcKey, .price(2000), activation: nil))
    if state != .running { desk.command(.setState(state, reason: "enough")) }
    for price: Price in [60_100, 60_300, 60_500] {
      desk.pass(.seconds(2))
      desk.quote(Sample.bitcoin, price)
    }
    let denials = desk.wanted.notices.filter { $0.hasPrefix("the stop stays: ") }
    let why =
      state == .running
      ? "the stop stays: the stop would lose " : "the stop stays: the bot is \(state.rawValue): "
    #expect(denials.map { $0.hasPrefix(why) } == [true])
    #expect(desk.wanted.protections.isEmpty)
    desk.pass(.seconds(12))
    desk.quote(Sample.bitcoin, 61_600)
    #expect(desk.wanted.protections.map(\.stopLoss) == [Trigger(triggerPrice: 59_600)])
  }
}
