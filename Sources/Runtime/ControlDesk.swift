import AccountData
import Alerts
import Dashboard
import Engine
import JSONText
import MarketData
import Trading
import Units

/// What a second terminal can ask of a running program.
///
/// Every verb can be said twice: what is done already is no error.
nonisolated public enum ControlVerb: Sendable, Hashable {
  /// The state of the bot and the account.
  case status
  /// No new risk until somebody resumes; opening orders are canceled. Protection goes on.
  case halt
  /// The bot may open again.
  case resume
  /// Everything is canceled and closed.
  case flatten
  /// Every order is canceled; protection stays.
  case cancelAll
  /// One instrument's positions are closed at market; with a side, the one of that side alone.
  case close(InstrumentID, PositionSide? = nil)
  /// Something about alerts.
  case alerts(AlertsVerb)
  /// What the strategies of an instrument, or all of them (nil), wait for.
  case why(InstrumentID?)
  /// A part of the state alone.
  case part(StatusReport.Part)
  /// Tells what a line of the command line would do; nothing is done.
  case preview(String)
  /// Does what a line of the command line says; a question it asks counts as answered by yes.
  case act(String)

  /// The verb as the socket reads it.
  public var line: String {
    switch self {
    case .status: "status"
    case .halt: "halt"
    case .resume: "resume"
    case .flatten: "flatten"
    case .cancelAll: "cancel-all"
    case .close(let instrument, let side):
      "close \(instrument)" + (side.map { " \($0.rawValue)" } ?? "")
    case .alerts(let verb): "alerts \(verb.line)"
    case .why(let instrument): "why" + (instrument.map { " \($0)" } ?? "")
    case .part(.balance): "balance"
    case .part(.positions): "positions"
    case .part(.orders): "orders"
    case .preview(let words): "preview \(words)"
    case .act(let words): "act \(words)"
    }
  }

  /// Reads a line; nil when it is no verb.
  public init?(line: some StringProtocol) {
    let words = line.split(separator: " ")
    switch (words.first, words.count) {
    case ("status", 1): self = .status
    case ("halt", 1): self = .halt
    case ("resume", 1): self = .resume
    case ("flatten", 1): self = .flatten
    case ("cancel-all", 1): self = .cancelAll
    case ("close", 2), ("close", 3):
      guard let instrument = InstrumentID(words[1].uppercased()) else { return nil }
      let side = words.count == 3 ? PositionSide(rawValue: words[2].lowercased()) : nil
      guard words.count == 2 || side != nil else { return nil }
      self = .close(instrument, side)
    case ("alerts", _):
      guard let verb = AlertsVerb(line: line.dropFirst("alerts".count)) else { return nil }
      self = .alerts(verb)
    case ("why", 1): self = .why(nil)
    case ("why", 2):
      guard let instrument = InstrumentID(words[1].uppercased()) else { return nil }
      self = .why(instrument)
    case ("balance", 1): self = .part(.balance)
    case ("positions", 1): self = .part(.positions)
    case ("orders", 1): self = .part(.orders)
    case ("preview", 2...): self = .preview(words.dropFirst().joined(separator: " "))
    case ("act", 2...): self = .act(words.dropFirst().joined(separator: " "))
    default: return nil
    }
  }
}

extension ControlVerb {
  /// Whether it is done also when its caller has given up waiting: what only takes risk away is,
  /// for somebody wanted out. What opens, resumes or changes anything is not.
  var outlivesCaller: Bool {
    switch self {
    case .halt, .flatten, .cancelAll, .close: true
    case .status, .resume, .alerts, .why, .part, .preview, .act: false
    }
  }

  /// What is wrong with a line that is no verb.
  static func complaint(about line: some StringProtocol) -> String {
    let words = line.split(separator: " ")
    guard words.first == "close" else {
      return "this program knows no such verb; is it an older one?"
    }
    guard words.count == 2 || words.count == 3 else {
      return "close takes one instrument, such as BTC-USDT"
    }
    if InstrumentID(words[1].uppercased()) != nil {
      return "behind the instrument stands long, short or nothing"
    }
    let shown = words[1].count > 20 ? "\(words[1].prefix(20))…" : String(words[1])
    return "\(shown) is the name of no instrument; one is BTC-USDT"
  }
}

/// Answers the control socket: a line `text VERB` or `json VERB` in, the answer out.
public struct ControlDesk {
  private let runtime: BotRuntime
  private let account: String
  private let lines: LineDesk?
  private let alerts: AlertsDesk

  /// Answers for a runtime; `labels` are what lines of orders are read with, nil where none are
  /// taken.
  public init(_ runtime: BotRuntime, account: String, labels: DashboardLabels? = nil) {
    self.runtime = runtime
    self.account = account
    alerts = AlertsDesk(runtime)
    lines = labels.map { LineDesk(runtime, labels: $0) }
  }

  /// Does what a line asks and tells the outcome; for an order the exchange's word is waited for.
  public func answer(_ line: String, then told: @escaping @MainActor (String) -> Void) {
    let isJSON = line.hasPrefix("json ")
    guard isJSON || line.hasPrefix("text "), let verb = ControlVerb(line: line.dropFirst(5)) else {
      return told(answer(line))
    }
    if case .act(let words) = verb, let lines {
      return lines.act(words) { told($0.told(isJSON: isJSON)) }
    }
    guard case .close(let instrument, _) = verb, mayBeListed(instrument) else {
      return told(answer(line))
    }
    let before = runtime.snapshot()
    let done = carryOut(verb)
    let sent = SentRequests(between: before, and: runtime.snapshot())
    sent.wait(in: runtime) {
      let answer = sent.answer(done.lines, isGood: done.isGood, runtime.snapshot())
      told(
        self.told(
          Done(isGood: answer.isGood, lines: answer.lines), of: verb, isJSON: isJSON))
    }
  }

  /// Does what a line asks and tells the outcome; a line of orders needs the other one, which
  /// waits.
  public func answer(_ line: String) -> String {
    let isJSON = line.hasPrefix("json ")
    guard isJSON || line.hasPrefix("text "), let verb = ControlVerb(line: line.dropFirst(5)) else {
      return refusal(ControlVerb.complaint(about: line.dropFirst(5)), isJSON: isJSON)
    }
    if case .close(let instrument, _) = verb, !mayBeListed(instrument) {
      return refusal("\(instrument) is not listed here", isJSON: isJSON)
    }
    switch verb {
    case .preview(let words):
      guard let lines else { return refusal("no orders are taken here", isJSON: isJSON) }
      return lines.preview(words).told(isJSON: isJSON)
    case .act:
      precondition(lines == nil, "a line of orders goes to the answer that waits")
      return refusal("no orders are taken here", isJSON: isJSON)
    case .alerts(let verb): return alerts.answer(verb, isJSON: isJSON)
    case .why(let name):
      let snapshot = runtime.snapshot()
      // Its coin names a market as well.
      let instrument = name.map { snapshot.alerts.vocabulary.instrument($0.text) ?? $0 }
      if let instrument, !mayBeListed(instrument) {
        return refusal("\(instrument) is not listed here", isJSON: isJSON)
      }
      let report = StrategyReport(snapshot)
      return isJSON ? report.json(about: instrument) : report.text(about: instrument)
    case .part(let part):
      let report = StatusReport(runtime.snapshot(), account: account)
      return isJSON
        ? report.json(verb: verb.line, said: nil, parts: [part]) : report.text(of: part)
    case .status:
      let report = StatusReport(runtime.snapshot(), account: account)
      return isJSON ? report.json(verb: verb.line, said: nil) : report.text
    case .halt, .resume, .flatten, .cancelAll, .close:
      return told(carryOut(verb), of: verb, isJSON: isJSON)
    }
  }

  /// What a verb came to.
  private struct Done {
    var isGood = true
    let lines: [String]
  }

  private func told(_ done: Done, of verb: ControlVerb, isJSON: Bool) -> String {
    guard done.isGood else {
      return refusal(done.lines.joined(separator: isJSON ? "; " : "\n"), isJSON: isJSON)
    }
    guard isJSON else { return done.lines.joined(separator: "\n") }
    return StatusReport(runtime.snapshot(), account: account)
      .json(verb: verb.line, said: done.lines.joined(separator: "; "))
  }

  /// Whether a line is carried out although its caller has gone (J05).
  static func outlivesCaller(_ line: String) -> Bool {
    ControlVerb(line: line.dropFirst(5))?.outlivesCaller ?? false
  }

  private func refusal(_ text: String, isJSON: Bool) -> String {
    Self.refusal(text, isJSON: isJSON)
  }

  /// Says why something was not done.
  static func refusal(_ text: String, isJSON: Bool) -> String {
    guard isJSON else { return "error: \(text)" }
    var writer = JSONWriter()
    writer.beginObject()
    writer.member("ok", false)
    writer.member("error", text)
    writer.endObject()
    return String(decoding: writer.bytes, as: UTF8.self)
  }

  /// Does what a verb says that asks nothing.
  private func carryOut(_ verb: ControlVerb) -> Done {
    let before = runtime.snapshot()
    switch verb {
    case .status, .alerts, .why, .part, .preview, .act:
      preconditionFailure("a question changes nothing")
    case .halt: return Done(lines: [halt(before)])
    case .resume:
      if before.trading.mode == .running { return Done(lines: ["was running already"]) }
      runtime.command(.setState(.running, reason: "resumed from a second terminal"), from: .control)
      let mode = runtime.snapshot().trading.mode
      return Done(
        lines: [mode == .running ? "running" : "not resumed: the bot stays \(mode.rawValue)"])
    case .flatten:
      runtime.command(.flatten(nil), from: .control)
      guard before.positionsAreKnown, before.ordersAreKnown else {
        return Done(lines: [
          "the account was not read yet: everything is closed and canceled as soon as it is"
        ])
      }
      return Done(lines: [
        "flattening: \(before.orders.count) orders, \(before.positions.count) positions"
      ])
    case .cancelAll: return cancelAll(before)
    case .close(let instrument, let side): return close(instrument, side, before)
    }
  }

  private func halt(_ before: EngineSnapshot) -> String {
    if before.trading.mode == .halted { return "was halted already" }
    runtime.command(.setState(.halted, reason: "halted from a second terminal"), from: .control)
    let opening = before.orders.filter(\.addsExposure)
    let own = opening.count(where: \.isOwn)
    return "halted: no new risk"
      + (own == 0 ? "" : "; canceling \(own) opening order\(own == 1 ? "" : "s")")
      + Self.staying(opening)
  }

  private func cancelAll(_ before: EngineSnapshot) -> Done {
    runtime.command(.cancelAll(nil), from: .control)
    let own = before.orders.count(where: \.isOwn)
    let canceling = "canceling \(own) order\(own == 1 ? "" : "s")"
    guard before.ordersAreKnown else {
      // What rests is not known, and the cancel does not wait for it.
      return Done(
        isGood: false,
        lines: [
          "the account was not read yet: \(canceling) that this program knows of; say it again "
            + "once the account is read"
        ])
    }
    return Done(lines: ["\(canceling); protection stays" + Self.staying(before.orders)])
  }

  private func close(
    _ instrument: InstrumentID, _ side: PositionSide?, _ before: EngineSnapshot
  ) -> Done {
    guard before.positionsAreKnown else {
      // Nobody knows yet what is held: the exit waits for that, as flatten does.
      runtime.command(.flatten(instrument), from: .control)
      return Done(lines: [
        "the account was not read yet: \(instrument) is closed, both sides, and its orders "
          + "are canceled as soon as it is"
      ])
    }
    let held = before.positions.filter {
      $0.key.instrument == instrument && (side == nil || $0.side == side)
    }
    if held.isEmpty {
      return Done(lines: ["no \(side.map { "\($0.rawValue) " } ?? "")position in \(instrument)"])
    }
    let reasons = held.compactMap {
      runtime.command(.close(ClosingIntent(key: $0.key)), from: .control)
    }
    guard reasons.count < held.count else { return Done(isGood: false, lines: reasons) }
    let what =
      "closing \(held.count == 1 ? "" : "\(held.count) positions in ")\(instrument)"
      + (side.map { " \($0.rawValue)" } ?? "") + " at market"
    return Done(isGood: reasons.isEmpty, lines: [what] + reasons)
  }

  /// Whether an instrument is listed, or may be as long as no list was read.
  private func mayBeListed(_ instrument: InstrumentID) -> Bool {
    let markets = runtime.snapshot().markets
    return markets.count == 0 || markets[instrument] != nil
  }

  /// What to know of orders that were made elsewhere where only ours are canceled.
  private static func staying(_ orders: [TrackedOrder]) -> String {
    let count = orders.count { !$0.isOwn }
    guard count > 0 else { return "" }
    return count == 1
      ? "; 1 made elsewhere stays, flatten takes it too"
      : "; \(count) made elsewhere stay, flatten takes them too"
  }
}
