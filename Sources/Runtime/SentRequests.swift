import AccountData
import Engine
import Trading
import Units

/// The requests that a command sent, of which the exchange's word is waited for.
struct SentRequests {
  private let requests: Set<RequestID>
  private let orders: [OrderRequest]

  /// Finds what was sent between two moments.
  init(between before: EngineSnapshot, and after: EngineSnapshot) {
    let known = Set(before.requests.waiting.map(\.id))
    let sent = after.requests.waiting.filter { !known.contains($0.id) && $0.subject.changes }
    requests = Set(sent.map(\.id))
    orders = sent.compactMap(\.subject.order)
  }

  /// Calls back when the exchange has answered, or after two seconds that it has not. Of an order
  /// that does not rest the end is waited for a moment longer; other fills come later.
  func wait(in runtime: BotRuntime, _ done: @escaping @MainActor () -> Void) {
    let ending = orders.filter { if case .limit = $0.type { false } else { true } }
      .map(\.clientOrderID)
    runtime.afterAnswers(to: requests, within: Self.patience) {
      runtime.afterEnds(of: ending, within: Self.endPatience, done)
    }
  }

  /// What is told of a command: its own lines, and what the exchange said to what it sent.
  func answer(
    _ said: [String], isGood: Bool, _ snapshot: EngineSnapshot
  ) -> LineDesk.Answer {
    let answers = snapshot.requests.answered.compactMap { line in
      requests.contains(line.id) ? line.answer : nil
    }
    let failures = answers.compactMap(\.failure)
    let ended = orders.compactMap { snapshot.account.orders[$0.clientOrderID] }
      .filter { $0.shortfall != nil }
    let unfilled = ended.filter { $0.progress.filledContracts.isZero }
    let isWaiting = snapshot.requests.waiting.contains { requests.contains($0.id) }
    var lines = said
    let isWhole = failures.isEmpty && unfilled.isEmpty
    if isWaiting || !isWhole { lines.removeAll { $0 == Self.done } }
    let taken = answers.count - failures.count - unfilled.count
    if !isWhole, taken > 0 { lines.append("\(taken) of \(requests.count) done") }
    lines += failures + ended.compactMap(\.shortfall)
    if isWaiting { lines.append("sent, not confirmed yet: perpdeck status tells what came of it") }
    return LineDesk.Answer(isGood: isGood && isWhole, asks: false, lines: lines)
  }

  /// How long the exchange's word is waited for, in milliseconds.
  private static let patience: Int64 = 2_000
  /// How long after the exchange's word the end of an order is waited for that does not rest, in
  /// milliseconds: the two come by different ways.
  private static let endPatience: Int64 = 200
  /// What the console says of commands that were taken.
  private static let done = "done"
}

extension RequestSubject {
  /// The order that it sends, nil when it sends none.
  fileprivate var order: OrderRequest? {
    switch self {
    case .submit(let order), .resend(let order): order
    case .protect, .cancel, .cancelTrigger, .setLeverage, .setPositionMode, .accountSnapshot,
      .orderStatus, .instruments, .tiers, .candles, .subscribe:
      nil
    }
  }

  /// Whether it changes something at the exchange, and not only reads.
  fileprivate var changes: Bool {
    switch self {
    case .submit, .resend, .protect, .cancel, .cancelTrigger, .setLeverage, .setPositionMode: true
    case .accountSnapshot, .orderStatus, .instruments, .tiers, .candles, .subscribe: false
    }
  }
}

extension AnswerRecord {
  /// What went wrong, nil when nothing did.
  fileprivate var failure: String? {
    switch result {
    case .confirmed: nil
    case .refused: "refused" + reason
    case .notSent: "not sent" + reason
    case .unknown: "the outcome is unknown" + reason
    }
  }
  private var reason: String { message.map { ": \($0)" } ?? "" }
}
