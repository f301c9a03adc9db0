import EventLoop
import Exchanges
import Trading
import Units

/// An exchange behind rate limits: requests wait for their quota as they would at an exchange that
/// meters them, those that take risk off first, and what is left is told as it changes.
///
/// A request that opens something does not wait: it leaves at once or not at all.
@MainActor
public final class PacedExchange: Exchange {
  private struct Work: Sendable {
    let request: ExchangeRequest
    let id: RequestID
    let lane: RequestLane
  }

  private let inner: any Exchange
  private let loop: any Loop
  private let quotas: [RequestQuota]
  private let accountScope: QuotaScope
  private var queue: RequestQueue<Work>
  private var waiting: [RequestLane: Int] = [:]
  private var sink: (@MainActor (ExchangeEvent) -> Void)?
  private var pump: TimerToken?
  private var budgetTimer: TimerToken?
  private var told: [RequestBudget] = []

  /// How many requests of one lane may wait.
  private static let waitingPerLane = 128
  /// Milliseconds between a request and the telling of what it left.
  private static let budgetDelay: Int64 = 250
  /// Milliseconds between two looks while the quotas recover.
  private static let budgetInterval: Int64 = 1_000

  /// Puts quotas before an exchange. What concerns the account counts in every quota, what reads
  /// markets in all but those of `accountScope`.
  public init(
    _ inner: any Exchange, quotas: [RequestQuota], accountScope: QuotaScope, loop: any Loop
  ) {
    self.inner = inner
    self.loop = loop
    self.quotas = quotas
    self.accountScope = accountScope
    queue = RequestQueue(
      pacer: RequestPacer(quotas: quotas), capacityPerLane: Self.waitingPerLane)
  }

  public var id: ExchangeID { inner.id }

  public var expectsFills: Bool { inner.expectsFills }

  public func connect(_ sink: @escaping @MainActor (ExchangeEvent) -> Void) {
    self.sink = sink
    inner.connect(sink)
    tellBudget(after: 0)
  }

  public func disconnect() {
    sink = nil
    _ = queue.takeAll()
    waiting = [:]
    for timer in [pump, budgetTimer].compactMap({ $0 }) { loop.cancel(timer) }
    pump = nil
    budgetTimer = nil
    inner.disconnect()
  }

  public func perform(_ request: ExchangeRequest, as id: RequestID) {
    if case .subscribe = request { return inner.perform(request, as: id) }
    let lane = Self.lane(of: request)
    let work = Work(request: request, id: id, lane: lane)
    let now = now
    let wait: TimeSpan =
      switch lane {
      case .riskReducing: .seconds(10)
      case .ordinary: request.opens ? .milliseconds(1) : .seconds(15)
      case .background: .seconds(30)
      }
    guard queue.add(work, in: scopes(of: request), lane: lane, deadline: now + wait) else {
      return answer(id, "too many requests wait for the rate limit")
    }
    waiting[lane, default: 0] += 1
    // At the very moment it was put in line: what does not wait would be too late after it.
    sendReady(at: now)
    if budgetTimer == nil { tellBudget(after: Self.budgetDelay) }
  }

  /// How many requests of a lane wait for their quota.
  public func waitingCount(_ lane: RequestLane) -> Int { waiting[lane] ?? 0 }

  /// What is left of the quotas, by what they count.
  public var budgets: [RequestBudget] {
    var scopes: [QuotaScope] = []
    for quota in quotas where !scopes.contains(quota.scope) { scopes.append(quota.scope) }
    return scopes.map { scope in
      RequestBudget(
        scope: scope.name, remaining: queue.remaining(in: scope, lane: .ordinary, at: now),
        remainingForExits: queue.remaining(in: scope, lane: .riskReducing, at: now),
        capacity: quotas.filter { $0.scope == scope }.map(\.limit).min() ?? .max)
    }
  }

  /// How urgent a request is.
  static func lane(of request: ExchangeRequest) -> RequestLane {
    switch request {
    case .submit(let order): order.reduceOnly ? .riskReducing : .ordinary
    case .cancel, .cancelTrigger, .closePosition, .protect: .riskReducing
    case .accountSnapshot, .orderStatus, .setLeverage, .setPositionMode, .instruments, .subscribe:
      .ordinary
    case .candles, .tiers: .background
    }
  }

  private func scopes(of request: ExchangeRequest) -> [QuotaScope] {
    let all = quotas.map(\.scope)
    switch request {
    case .instruments, .candles, .tiers: return all.filter { $0 != accountScope }
    default: return all
    }
  }

  private var now: Timestamp { Timestamp(milliseconds: loop.now.milliseconds) }

  private func sendReady(at now: Timestamp) {
    for work in queue.takeExpired(at: now) {
      waiting[work.lane, default: 0] -= 1
      let next = queue.earliestDeparture(in: scopes(of: work.request), lane: work.lane, at: now)
      answer(work.id, "the exchange's rate limit is used up until \(next.timeText) UTC")
    }
    while let work = queue.takeReady(at: now) {
      waiting[work.lane, default: 0] -= 1
      inner.perform(work.request, as: work.id)
    }
    if let pump { loop.cancel(pump) }
    pump = queue.nextMoment(at: now).map { moment in
      loop.schedule(at: WallTime(milliseconds: moment.milliseconds)) { [weak self] in
        guard let self else { return }
        self.pump = nil
        sendReady(at: self.now)
      }
    }
  }

  private func answer(_ id: RequestID, _ reason: String) {
    loop.post { [weak self] in self?.sink?(.outcome(id, .notSent(reason))) }
  }

  /// Tells what is left until all of it is there again.
  private func tellBudget(after delay: Int64) {
    budgetTimer = loop.schedule(after: delay) { [weak self] in
      guard let self, let sink else { return }
      budgetTimer = nil
      let budgets = budgets
      if budgets != told {
        told = budgets
        sink(.budget(budgets))
      }
      if budgets.contains(where: { $0.remainingForExits < $0.capacity }) {
        tellBudget(after: Self.budgetInterval)
      }
    }
  }
}

extension ExchangeRequest {
  /// Whether it can make a position larger.
  fileprivate var opens: Bool {
    if case .submit(let order) = self { !order.reduceOnly } else { false }
  }
}
