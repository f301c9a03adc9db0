import AccountData
import Engine
import MarketData
import Risk
import Screen
import Trading
import Units

extension DashboardModel {
  /// Edits the command line, or does what it says.
  mutating func editLine(_ action: Action) -> [DashboardCommand] {
    guard case .line(var entry) = sheet else { return [] }
    switch action {
    case .complete:
      let text = entry.field.text
      entry.field.set(completion(of: text).applied(to: text))
    case .olderLine: entry.recall(1, of: history)
    case .newerLine: entry.recall(-1, of: history)
    default: return submit(entry)
    }
    sheet = .line(entry)
    return []
  }

  /// The words that fit at the end of a text.
  func completion(of text: String) -> LineCompletion {
    LineCompletion(
      text,
      markets: snapshot.pairs.compactMap {
        snapshot.markets[$0.instrument]?.instrument.baseCurrency
      }, templates: labels.templates.map(\.name),
      strategies: snapshot.strategies.map(\.name))
  }

  private mutating func submit(_ entry: LineEntry) -> [DashboardCommand] {
    let text = entry.field.text
    do throws(LineProblem) {
      let meaning = try meaning(of: LineParser.parse(text))
      // What was wrong with an earlier line is over.
      toast = nil
      let commands = try carryOut(meaning)
      if commands.contains(where: \.isNote) { say("noted", .accent) }
      if history.last != text { history.append(text) }
      if history.count > Self.historyLimit { history.removeFirst() }
      return commands
    } catch {
      say(error.text)
      return []
    }
  }

  private mutating func carryOut(_ meaning: LineMeaning) throws(LineProblem) -> [DashboardCommand] {
    switch meaning {
    case .openings(let intents):
      try checkRisk(of: intents)
      sheet = .confirmation(question(about: intents))
    case .bracket(let intent, let targets):
      try checkRisk(of: [intent])
      if let denial = snapshot.denial(of: targets, besides: intent, at: snapshot.at) {
        throw LineProblem(at: 0, text: "would be denied: \(denial.text)")
      }
      ask(
        "send this order?", [asked(intent)], [Self.text(of: targets)], .bracket(intent, targets))
    case .waiting(let intent, let trigger, let until): try askToWait(intent, trigger, until)
    case .reversal(let key, let intent):
      try checkRisk(of: [intent], closing: key)
      ask(
        "close \(key.instrument) and then send this order?", [asked(intent)], [],
        .reverse(key, intent))
    case .oneOf(let first, let second):
      try checkRisk(of: [first, second])
      ask(
        "send both? The first fill cancels the other.", [asked(first), asked(second)], [],
        .openOneOf(first, second))
    case .exit(let exit, false):
      sheet = nil
      return [exit.command]
    case .exit(let exit, true): sheet = .confirmation(question(about: exit))
    case .amendment(let amendment):
      do throws(FormProblem) {
        sheet = .confirmation(try question(about: amendment))
      } catch {
        throw LineProblem(at: 0, text: error.foreseen)
      }
    case .commands(let commands):
      try checkProtection(by: commands)
      sheet = nil
      return commands
    case .asked(let question, let details, let commands):
      try checkProtection(by: commands)
      sheet = .confirmation(
        Confirmation(
          question: "\(snapshot.modeWord): \(question)", details: details, commands: commands,
          openedAt: now))
    case .action(let action):
      sheet = nil
      return perform(action)
    case .cancel(let instrument):
      sheet = nil
      return cancelAll(instrument)
    case .show(let shown):
      sheet = nil
      show(shown)
    }
    return []
  }

  /// Asks whether an order is to wait for the mark to reach a price; throws where it cannot be sent
  /// now, or would be denied for what it waits for.
  private mutating func askToWait(
    _ intent: OpeningIntent, _ trigger: Price, _ until: Timestamp?
  ) throws(LineProblem) {
    if let reason = disabledReason(of: .send) { throw LineProblem(at: 0, text: reason) }
    if let tick = snapshot.markets[intent.instrument]?.instrument.tickSize,
      let denial = intent.denialOfWaiting(for: trigger, tickSize: tick)
    {
      throw LineProblem(at: 0, text: "would be denied: \(denial.text)")
    }
    ask(
      "send this order when the mark is at \(trigger)?", [asked(intent, waitsFor: trigger)],
      [Self.waitingText(until)], .openAt(intent, trigger: trigger, until: until))
  }

  /// Throws where new risk cannot be sent now, or would be denied; `closing` is a position that is
  /// closed before.
  private func checkRisk(
    of intents: [OpeningIntent], closing: PositionKey? = nil
  ) throws(LineProblem) {
    if let reason = disabledReason(of: .send) { throw LineProblem(at: 0, text: reason) }
    if let reason = denialText(of: intents, closing: closing) {
      throw LineProblem(at: 0, text: "would be denied: \(reason)")
    }
  }

  /// Throws where a stop or a target would be denied: the line stays, to be corrected.
  private func checkProtection(by commands: [DashboardCommand]) throws(LineProblem) {
    if let reason = refusal(of: commands) {
      throw LineProblem(at: 0, text: "would be denied: \(reason)")
    }
  }

  private mutating func ask(
    _ question: String, _ orders: [AskedOrder], _ details: [String], _ command: Command
  ) {
    sheet = .confirmation(
      Confirmation(
        question: "\(snapshot.modeWord): \(question)", orders: orders, details: details,
        commands: [.engine(command)], openedAt: now))
  }

  private mutating func show(_ shown: LineMeaning.Shown) {
    switch shown {
    case .instrument(let id): choose(id)
    case .timeFrame(let frame):
      chart.timeFrame = frame
      chart.cursor = nil
    case .layout(let preset): show(preset)
    case .filter(let text): watchlist.filter = text
    case .size(let unit, let amount):
      working.unit = unit
      working.choose(amount)
      say("working size \(workingText)", .accent)
    }
  }
}

extension DashboardCommand {
  /// Whether it only writes something down, of which nothing else tells.
  fileprivate var isNote: Bool {
    if case .engine(.note) = self { true } else { false }
  }
}
