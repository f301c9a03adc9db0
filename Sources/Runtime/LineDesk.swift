import AccountData
import Dashboard
import Engine
import JSONText
import Trading
import Units

/// Orders as lines from a second terminal: the words, the preview and the gate of the screen's
/// command line, for one line at a time.
struct LineDesk {
  /// What a line came to.
  struct Answer {
    /// Whether it can be done, or was done.
    let isGood: Bool
    /// Whether it asks before it is done.
    let asks: Bool
    /// What is to be read.
    let lines: [String]

    /// The answer as the socket gives it.
    func told(isJSON: Bool) -> String {
      guard isJSON else {
        return (isGood ? "" : "error: ") + lines.joined(separator: "\n")
      }
      var writer = JSONWriter()
      writer.beginObject()
      writer.member("ok", isGood)
      writer.member("asks", asks)
      writer.key("lines")
      writer.beginArray()
      for line in lines { writer.string(line) }
      writer.endArray()
      writer.endObject()
      return String(decoding: writer.bytes, as: UTF8.self)
    }
  }

  private let runtime: BotRuntime
  private let labels: DashboardLabels

  /// The words that a line may begin with: those about orders and positions, none about the screen.
  nonisolated static let verbs: Set<String> = [
    "be", "buy", "cancel", "close", "lev", "long", "mode", "reset", "scale", "sell", "short", "sl",
    "stop",
    "strategy", "target", "template", "tp",
  ]
  /// How long after a question its answer counts: a screen hears nothing in its first moment.
  private static let thinkingTime = TimeSpan.seconds(1)

  init(_ runtime: BotRuntime, labels: DashboardLabels) {
    self.runtime = runtime
    self.labels = labels
  }

  /// Tells what a line would do.
  func preview(_ line: String) -> Answer {
    if let refusal = refusal(line) { return refusal }
    let now = runtime.snapshot().at
    var console = PlainConsole(snapshot: runtime.snapshot(), now: now, labels: labels)
    let (lines, commands) = console.take(line: line, at: now)
    return Answer(
      isGood: console.isAsking || !commands.isEmpty, asks: console.isAsking, lines: lines)
  }

  /// Does what a line says, and tells what came of it: when the exchange has answered, or after two
  /// seconds that it has not. Of an order that does not rest the end is waited for a moment longer;
  /// other fills come later.
  func act(_ line: String, then told: @escaping @MainActor (Answer) -> Void) {
    if let refusal = refusal(line) { return told(refusal) }
    let sending = begin(line)
    runtime.afterAnswers(to: sending.requests, within: Self.patience) {
      runtime.afterEnds(of: sending.endingOrders, within: Self.endPatience) {
        told(answer(to: sending))
      }
    }
  }

  /// What a line began.
  private struct Sending {
    var isGood: Bool
    var lines: [String]
    /// The requests that it sent, of which the exchange's word is waited for.
    var requests: Set<RequestID>
    /// The orders that it sent.
    var orders: [OrderRequest]

    /// The orders of which the exchange may tell the end at once.
    var endingOrders: [ClientOrderID] {
      orders.filter { if case .limit = $0.type { false } else { true } }.map(\.clientOrderID)
    }
  }

  private func begin(_ line: String) -> Sending {
    let before = runtime.snapshot()
    var console = PlainConsole(snapshot: before, now: before.at, labels: labels)
    var (lines, commands) = console.take(line: line, at: before.at)
    if console.isAsking {
      // What was asked is what is done: the answer repeats it without the last line, the question.
      let asked = lines.dropLast()
      (lines, commands) = console.take(line: "yes", at: before.at + Self.thinkingTime)
      lines = asked + lines
    }
    var answers: [String?] = []
    for case .engine(let command) in commands {
      answers.append(runtime.command(command, from: .control))
    }
    let refusedCount = answers.count { $0 != nil }
    let isGood = !answers.isEmpty && refusedCount == 0
    let after = runtime.snapshot()
    let count = after.notices.appendedCount - before.notices.appendedCount
    var news = after.notices.suffix(Int(min(count, UInt64(after.notices.count)))).map(\.text)
    if refusedCount > 0, refusedCount < answers.count {
      news.append("\(answers.count - refusedCount) of \(answers.count) sent")
    }
    let known = Set(before.requests.waiting.map(\.id))
    let sent = after.requests.waiting.filter { !known.contains($0.id) && $0.subject.changes }
    return Sending(
      isGood: isGood, lines: isGood || news.isEmpty ? lines + news : news,
      requests: Set(sent.map(\.id)), orders: sent.compactMap(\.subject.order))
  }

  private func answer(to sending: Sending) -> Answer {
    let snapshot = runtime.snapshot()
    let requests = snapshot.requests
    let answers = requests.answered.compactMap { line in
      sending.requests.contains(line.id) ? line.answer : nil
    }
    let failures = answers.compactMap(\.failure)
    let ended = sending.orders.compactMap { snapshot.account.orders[$0.clientOrderID] }
      .filter { $0.shortfall != nil }
    let unfilled = ended.filter { $0.progress.filledContracts.isZero }
    let isWaiting = requests.waiting.contains { sending.requests.contains($0.id) }
    var lines = sending.lines
    let isWhole = failures.isEmpty && unfilled.isEmpty
    if isWaiting || !isWhole { lines.removeAll { $0 == Self.done } }
    let taken = answers.count - failures.count - unfilled.count
    if !isWhole, taken > 0 { lines.append("\(taken) of \(sending.requests.count) done") }
    lines += failures + ended.compactMap(\.shortfall)
    if isWaiting { lines.append("sent, not confirmed yet: perpdeck status tells what came of it") }
    return Answer(isGood: sending.isGood && isWhole, asks: false, lines: lines)
  }

  /// How long the exchange's word is waited for, in milliseconds.
  private static let patience: Int64 = 2_000
  /// How long after the exchange's word the end of an order is waited for that does not rest, in
  /// milliseconds: the two come by different ways.
  private static let endPatience: Int64 = 200
  /// What the console says of commands that were taken.
  private static let done = "done"

  private func refusal(_ line: String) -> Answer? {
    let first = line.prefix { $0 != " " }.lowercased()
    guard !Self.verbs.contains(first) else { return nil }
    let known = Self.verbs.sorted().joined(separator: ", ")
    return Answer(
      isGood: false, asks: false, lines: ["a line begins with one of \(known), not with \(first)"])
  }
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
