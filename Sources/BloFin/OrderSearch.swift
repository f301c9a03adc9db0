import Exchanges
import JSONText
import Trading
import Units

/// Finds several orders at once, with as few requests as prove what became of them.
///
/// After a restart dozens can be in question, and BloFin takes thirty signed requests in ten
/// seconds. The lists of the live and of the ended tell of all of them together; only what neither
/// has is asked for by itself, so that "there is none" still means that all three were asked and
/// none failed (invariant I4).
final class OrderSearch {
  /// One order that is looked for, and who wants to know.
  struct Question {
    let instrument: InstrumentID
    let reference: OrderReference
    let done: @MainActor (Outcome) -> Void
  }

  /// So many questions at once are worth the lists.
  static let leastQuestions = 3

  private let calls: RestCalls
  private let catalog: InstrumentCatalog
  private var open: [Question]

  /// Makes a search; each `done` is called later, once.
  init(_ calls: RestCalls, _ catalog: InstrumentCatalog, _ questions: [Question]) {
    self.calls = calls
    self.catalog = catalog
    open = questions
  }

  /// Starts to search. The search keeps itself alive until it is done.
  func start() {
    calls.readAll(Lists.ordersPending(catalog), lane: .ordinary) { result in
      self.took(result) { self.lookAmongEnded() }
    }
  }

  private func lookAmongEnded() {
    let since = open.map { $0.reference.earliest(now: calls.exchangeNow) }.min()
    guard let since else { return }
    var missing = open.map(\.reference)
    let list = Lists.ordersHistory(catalog, of: nil, since: since)
    calls.readAll(
      list, lane: .ordinary,
      until: { order in
        missing.removeAll { $0.means(order) }
        return missing.isEmpty
      }
    ) { result in
      self.took(result) { self.askOneByOne() }
    }
  }

  private func askOneByOne() {
    for question in open {
      OrderLookup(calls, catalog, question.instrument, question.reference, question.done)
        .start(listsAreKnown: true)
    }
    open = []
  }

  /// Answers what a list answers, and goes on with the rest.
  private func took(_ result: Result<[Order], Unproven>, otherwise: () -> Void) {
    switch result {
    case .success(let orders):
      var rest: [Question] = []
      for question in open {
        if let order = orders.first(where: question.reference.means) {
          question.done(.confirmed(.orderStatus(order)))
        } else {
          rest.append(question)
        }
      }
      open = rest
      if !open.isEmpty { otherwise() }
    case .failure(let unproven):
      for question in open { question.done(unproven.outcome) }
      open = []
    }
  }
}

nonisolated extension OrderReference {
  /// How far back ended orders are looked for.
  private static let horizon = TimeSpan.days(2)
  /// How far the clocks of the run that gave an id and of the exchange may have been apart.
  private static let slack = TimeSpan.minutes(10)

  /// Whether it names the order.
  func means(_ order: Order) -> Bool {
    switch self {
    case .client(let id): order.clientOrderID == id
    case .exchange(let id): order.exchangeOrderID == id
    }
  }

  /// The moment before which the order cannot have been placed: one of ours is not older than the
  /// run whose name its id begins with.
  func earliest(now: Timestamp) -> Timestamp {
    let horizon = now - Self.horizon
    guard case .client(let id) = self, let start = id.runStartedAt else { return horizon }
    return min(max(horizon, start - Self.slack), now)
  }
}
