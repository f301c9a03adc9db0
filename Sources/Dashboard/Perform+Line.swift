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
      }, templates: labels.templates.map(\.name))
  }

  private mutating func submit(_ entry: LineEntry) -> [DashboardCommand] {
    let text = entry.field.text
    do throws(LineProblem) {
      let commands = try carryOut(try meaning(of: LineParser.parse(text)))
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
      if let reason = disabledReason(of: .send) { throw LineProblem(at: 0, text: reason) }
      for intent in intents {
        if let denial = snapshot.preview(intent, at: snapshot.at).denial {
          throw LineProblem(at: 0, text: "would be denied: \(denial.text)")
        }
      }
      sheet = .confirmation(question(about: intents))
      return []
    case .reversal(let key, let intent):
      if let reason = disabledReason(of: .send) { throw LineProblem(at: 0, text: reason) }
      sheet = .confirmation(
        Confirmation(
          question: "\(snapshot.modeWord): close \(key.instrument) and then send this order?",
          details: question(about: [intent]).details,
          commands: [.engine(.reverse(key, intent))], openedAt: now))
      return []
    case .oneOf(let first, let second):
      if let reason = disabledReason(of: .send) { throw LineProblem(at: 0, text: reason) }
      for intent in [first, second] {
        if let denial = snapshot.preview(intent, at: snapshot.at).denial {
          throw LineProblem(at: 0, text: "would be denied: \(denial.text)")
        }
      }
      sheet = .confirmation(
        Confirmation(
          question: "\(snapshot.modeWord): send both? The first fill cancels the other.",
          details: question(about: [first, second]).details,
          commands: [.engine(.openOneOf(first, second))], openedAt: now))
      return []
    case .amendment(let amendment):
      do throws(FormProblem) {
        sheet = .confirmation(try question(about: amendment))
      } catch {
        throw LineProblem(at: 0, text: error.text)
      }
      return []
    case .commands(let commands):
      sheet = nil
      return commands
    case .asked(let question, let details, let commands):
      sheet = .confirmation(
        Confirmation(
          question: "\(snapshot.modeWord): \(question)", details: details, commands: commands,
          openedAt: now))
      return []
    case .action(let action):
      if let reason = disabledReason(of: action) { throw LineProblem(at: 0, text: reason) }
      sheet = nil
      return perform(action)
    case .show(let shown):
      sheet = nil
      show(shown)
      return []
    }
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

  /// The question before orders that add risk: what, which way, how large, worth how much, with
  /// which stop, in which mode.
  func question(about intents: [OpeningIntent]) -> Confirmation {
    let details = intents.map { intent -> String in
      let preview = snapshot.preview(intent, at: snapshot.at)
      let price = intent.type.limitPrice.map { "\(intent.type.word) \($0)" } ?? "market"
      let unknown = labels.glyphs.unknown
      return "\(intent.side.openingSide.rawValue) \(preview.contracts?.description ?? unknown) "
        + "\(intent.instrument) \(price), worth \(money(preview.notional)), stop "
        + "\(intent.stop.trigger?.triggerPrice.description ?? unknown), loses "
        + money(preview.lossAtStop?.magnitude)
    }
    let what = intents.count == 1 ? "this order" : "these \(intents.count) orders"
    return Confirmation(
      question: "\(snapshot.modeWord): send \(what)?", details: details,
      commands: intents.map { .engine(.open($0)) }, openedAt: now)
  }
}
