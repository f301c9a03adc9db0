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
    sending.sent.wait(in: runtime) {
      told(sending.sent.answer(sending.lines, isGood: sending.isGood, runtime.snapshot()))
    }
  }

  /// What a line began.
  private struct Sending {
    let isGood: Bool
    let lines: [String]
    let sent: SentRequests
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
    return Sending(
      isGood: isGood, lines: isGood || news.isEmpty ? lines + news : news,
      sent: SentRequests(between: before, and: after))
  }

  private func refusal(_ line: String) -> Answer? {
    let first = line.prefix { $0 != " " }.lowercased()
    guard !Self.verbs.contains(first) else { return nil }
    let known = Self.verbs.sorted().joined(separator: ", ")
    return Answer(
      isGood: false, asks: false, lines: ["a line begins with one of \(known), not with \(first)"])
  }
}
