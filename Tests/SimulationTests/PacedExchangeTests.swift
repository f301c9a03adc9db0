import EventLoop
import Exchanges
import Simulation
import TestSupport
import Testing
import Trading
import Units

/// A loop whose clock moves on by a millisecond whenever somebody looks at it.
@MainActor private final class HurriedLoop: Loop {
  private let inner: VirtualLoop
  private var looks: Int64 = 0

  init(_ inner: VirtualLoop) { self.inner = inner }

  var now: WallTime {
    looks += 1
    return inner.now.advanced(byMilliseconds: looks)
  }

  var uptime: MonotonicTime { inner.uptime }

  func schedule(at moment: WallTime, _ action: @escaping @MainActor () -> Void) -> TimerToken {
    inner.schedule(at: moment, action)
  }

  func post(_ action: @escaping @MainActor () -> Void) { inner.post(action) }

  func cancel(_ token: TimerToken) { inner.cancel(token) }
}

@MainActor @Suite struct PacedExchangeTests {
  private final class Recorder {
    var outcomes: [(time: Int64, id: RequestID, outcome: Outcome)] = []
    var budgets: [[RequestBudget]] = []
  }

  private func connected(
    pacedBy outer: (VirtualLoop) -> any Loop = { $0 }
  ) -> (loop: VirtualLoop, exchange: PacedExchange, recorder: Recorder) {
    let loop = VirtualLoop(startingAt: WallTime(milliseconds: TestVenue.start.milliseconds))
    let inner = SimulatedExchange(source: BuiltInMarket(seed: 9), loop: loop)
    let user = QuotaScope("user")
    let exchange = PacedExchange(
      inner,
      quotas: [
        RequestQuota(
          scope: user, limit: 10, window: .seconds(10), margin: .zero,
          reservedForRiskReducing: 4, reservedForOrdinary: 1)
      ], accountScope: user, loop: outer(loop))
    let recorder = Recorder()
    exchange.connect { event in
      switch event {
      case .outcome(let id, let outcome):
        recorder.outcomes.append((loop.now.milliseconds, id, outcome))
      case .budget(let budgets): recorder.budgets.append(budgets)
      default: break
      }
    }
    loop.run(until: loop.now)
    return (loop, exchange, recorder)
  }

  private func submit(_ number: Int, reduceOnly: Bool = false) -> ExchangeRequest {
    .submit(
      OrderRequest(
        clientOrderID: ClientOrderID(trusted: "run\(number)"), instrument: TestVenue.bitcoin,
        side: .buy,
        marginMode: .isolated, type: .limit(100), contracts: 1, reduceOnly: reduceOnly))
  }

  @Test func `an opening leaves though the clock moves on between two looks`() {
    let (loop, exchange, recorder) = connected { HurriedLoop($0) }
    exchange.perform(submit(1), as: RequestID(1))
    loop.run(until: loop.now.advanced(byMilliseconds: 1_000))
    let unsent = recorder.outcomes.filter {
      if case .notSent = $0.outcome { true } else { false }
    }
    #expect(unsent.isEmpty)
    #expect(recorder.outcomes.map(\.id) == [RequestID(1)])
  }

  @Test func `openings beyond the quota do not wait, cancels have tokens of their own`() {
    let (loop, exchange, recorder) = connected()
    for number in 1...8 { exchange.perform(submit(number), as: RequestID(UInt64(number))) }
    let reference = OrderReference.client(ClientOrderID("run1"))
    for number in 9...13 {
      exchange.perform(.cancel(TestVenue.bitcoin, reference), as: RequestID(UInt64(number)))
    }
    loop.run(until: loop.now.advanced(byMilliseconds: 100))
    let refused = recorder.outcomes.filter {
      if case .notSent = $0.outcome { true } else { false }
    }
    // Six of ten are for openings, four for what takes risk off; the fifth cancel waits.
    #expect(refused.map(\.id) == [RequestID(7), RequestID(8)])
    #expect(recorder.outcomes.count == 12)
    #expect(exchange.waitingCount(.riskReducing) == 1)
    loop.run(until: loop.now.advanced(byMilliseconds: 10_000))
    #expect(recorder.outcomes.map(\.id).contains(RequestID(13)))
    #expect(exchange.waitingCount(.riskReducing) == 0)
  }

  @Test func `what is left is told as it goes and as it comes back`() {
    let (loop, exchange, recorder) = connected()
    loop.run(until: loop.now.advanced(byMilliseconds: 10))
    for number in 1...3 { exchange.perform(submit(number), as: RequestID(UInt64(number))) }
    loop.run(until: loop.now.advanced(byMilliseconds: 15_000))
    func budget(_ remaining: Int, _ exits: Int) -> [RequestBudget] {
      [RequestBudget(scope: "user", remaining: remaining, remainingForExits: exits, capacity: 10)]
    }
    #expect(recorder.budgets == [budget(6, 10), budget(3, 7), budget(6, 10)])
  }

  @Test func `a wait that lasts too long ends without a sending`() {
    let (loop, exchange, recorder) = connected()
    let order = OrderReference.client(ClientOrderID("run1"))
    for number in 1...25 {
      exchange.perform(.cancel(TestVenue.bitcoin, order), as: RequestID(UInt64(number)))
    }
    loop.run(until: loop.now.advanced(byMilliseconds: 30_000))
    let unsent = recorder.outcomes.filter {
      if case .notSent = $0.outcome { true } else { false }
    }
    #expect(recorder.outcomes.count == 25)
    #expect(unsent.count == 15)
    #expect(unsent.allSatisfy { $0.time - TestVenue.start.milliseconds == 10_000 })
  }
}
