import AccountData
import Engine
import Risk
import TestSupport
import Testing
import Trading
import Units

/// Openings that wait for the mark price to reach a trigger.
@Suite struct EntryTests {
  private func waiting(_ trigger: Price = 61_000, until: Timestamp? = nil) -> EngineDesk {
    var desk = EngineDesk()
    desk.boot()
    var wish = EngineDesk.long
    wish.stop = .stop(Trigger(triggerPrice: 60_000))
    wish.takeProfit = Trigger(triggerPrice: 64_000)
    desk.command(.openAt(wish, trigger: trigger, until: until))
    return desk
  }

  private func endings(_ desk: EngineDesk) -> [String] {
    desk.wanted.records.compactMap { record in
      guard case .plan(let plan) = record, plan.kind == "entry", plan.state != .open else {
        return nil
      }
      return "\(plan.state.rawValue): \(plan.step)"
    }
  }

  @Test func `a stop entry opens when the mark price reaches it, once`() {
    var desk = waiting()
    #expect(desk.snapshot.plans.map(\.step) == ["waiting at 61000"])
    desk.quote(Sample.bitcoin, "60999.9")
    #expect(desk.wanted.orders.isEmpty)
    desk.quote(Sample.bitcoin, 61_000)
    #expect(desk.wanted.orders.map(\.contracts) == [10])
    #expect(desk.wanted.orders.last?.stopLoss == Trigger(triggerPrice: 60_000))
    desk.quote(Sample.bitcoin, 60_900)
    desk.quote(Sample.bitcoin, 61_100)
    #expect(desk.wanted.orders.count == 1)
    #expect(endings(desk) == ["done: it is on its way"])
  }

  @Test func `a stop entry passes the gate at the moment at which it opens`() {
    var desk = waiting()
    desk.command(.setState(.reducing, reason: ""))
    desk.quote(Sample.bitcoin, 61_000)
    #expect(desk.wanted.orders.isEmpty)
    #expect(desk.snapshot.denials.last?.code == "state.forbids")
    #expect(endings(desk) == ["abandoned: the bot is reducing: nothing may be opened"])
  }

  @Test func `a stop entry goes with its time, a halt and a cancel of all`() {
    var late = waiting(until: Sample.start + .minutes(1))
    late.pass(.minutes(2))
    late.take(.balance(Sample.balance(10_000, at: late.now)))
    #expect(endings(late) == ["abandoned: its time is over"])
    var halted = waiting()
    halted.command(.setState(.halted, reason: ""))
    #expect(endings(halted) == ["abandoned: halted"])
    var canceled = waiting()
    canceled.command(.cancelAll(Sample.eth))
    #expect(endings(canceled) == [])
    canceled.command(.cancelAll(Sample.btc))
    #expect(endings(canceled) == ["abandoned: canceled"])
  }

  @Test func `a trigger must lie away from the mark price and before the stop`() {
    var desk = EngineDesk()
    desk.boot()
    for trigger in [Price(60_000), 59_000, "60100.05", 0] {
      desk.command(.openAt(EngineDesk.long, trigger: trigger, until: nil))
    }
    let answers = desk.wanted.records.compactMap { record -> String? in
      if case .command(let line) = record { line.answer } else { nil }
    }
    #expect(
      answers == [
        "the mark price is there already",
        Denial.stopOnWrongSide(stop: 59_000, entry: 59_000).text,
        Denial.offTick("60100.05", tickSize: "0.1").text,
        Denial.offTick(0, tickSize: "0.1").text,
      ])
    #expect(desk.snapshot.plans.isEmpty)
  }

  @Test func `after a restart a stop entry waits on, but one that was crossed unseen is given up`()
  {
    let first = waiting()
    for (price, ending) in [
      (Price(60_500), [String]()), (61_500, ["abandoned: crossed while nobody watched"]),
    ] {
      var second = EngineDesk(settings: PlanTests.nextRun)
      second.now = first.now + .minutes(5)
      second.take(.started(Recovery(journal: first.wanted.journaled)))
      second.take(.link(.publicStream, .up))
      second.take(.link(.privateStream, .up))
      second.take(.market(.instruments([Sample.bitcoin, Sample.ether])))
      second.answer("accountSnapshot", .confirmed(.account(EngineDesk.account())))
      second.take(.account(.leverage(Sample.btc, .isolated, .net, 10)))
      second.take(.market(.tiers(Sample.btc, .isolated, Sample.tiers)))
      second.quote(Sample.bitcoin, price)
      #expect(endings(second) == ending)
      second.quote(Sample.bitcoin, 61_100)
      #expect(second.wanted.orders.count == (ending.isEmpty ? 1 : 0))
    }
  }

  @Test func `nearness to liquidation is told once, louder at half, and again after a recovery`() {
    var desk = EngineDesk(settings: EngineDesk.settings { $0.size.liquidationWarning = "0.1" })
    desk.boot()
    desk.holdLong()
    desk.take(
      .positions([
        Sample.position(
          contracts: 10, liquidation: "54000.012345", opened: desk.now, updated: desk.now)
      ]))
    func told(_ price: Price) -> [String] {
      let before = desk.wanted.count
      desk.quote(Sample.bitcoin, price)
      return Array(desk.wanted[before...]).notices
    }
    #expect(told(60_500) == [])
    #expect(told(59_900) == ["liquidation at 54000 is 9.8 % away"])
    #expect(told(59_800) == [])
    #expect(told(56_500) == ["liquidation at 54000 is 4.4 % away"])
    #expect(told(59_900) == [])
    #expect(told(62_000) == [])
    #expect(told(59_900) == ["liquidation at 54000 is 9.8 % away"])
  }
}
