import AccountData
import Engine
import MarketData
import Risk
import Screen
import Trading
import Units

/// What is asked before an order that adds risk is sent.
extension DashboardModel {
  /// The question before orders that add risk: what, which way, how large, worth how much, with
  /// which stop, in which mode.
  func question(about intents: [OpeningIntent]) -> Confirmation {
    let what = intents.count == 1 ? "this order" : "these \(intents.count) orders"
    return Confirmation(
      question: "\(snapshot.modeWord): send \(what)?", orders: intents.map { asked($0) },
      details: [], commands: intents.map { .engine(.open($0)) }, openedAt: now)
  }

  /// Why orders that are sent one after another would be denied, and which of several; nil where
  /// none would. `closing` is a position that is closed before.
  func denialText(of intents: [OpeningIntent], closing: PositionKey? = nil) -> String? {
    snapshot.firstDenial(of: intents, closing: closing, at: snapshot.at).map { place, denial in
      (intents.count == 1 ? "" : "order \(place + 1) of \(intents.count): ") + denial.text
    }
  }

  /// An order as a question shows it first; one that waits for a price as if it were filled there.
  func asked(_ intent: OpeningIntent, waitsFor trigger: Price? = nil) -> AskedOrder {
    AskedOrder(intent: intent, trigger: trigger, shown: figures(of: intent, trigger))
  }

  /// Everything that a question is about: its orders with their figures of this moment, and what
  /// else there is to know.
  func details(of question: Confirmation) -> [String] {
    question.orders.map { sentence(about: $0.intent, preview(of: $0.intent, $0.trigger)) }
      + question.details
  }

  /// Takes down what the next frame shows of the orders that are asked for or written.
  mutating func noteShown() {
    if case .ticket(var form) = sheet {
      form.shown = shownFigures(of: form)
      sheet = .ticket(form)
      return
    }
    guard isDrawn, case .confirmation(var question) = sheet, !question.orders.isEmpty else {
      return
    }
    if hasGrown(&question) { say("the order has grown since it was asked for: look again") }
    sheet = .confirmation(question)
  }

  /// Whether an order is larger now, or loses more, than the question has shown.
  func hasGrown(_ question: inout Confirmation) -> Bool {
    let figures = question.orders.map { self.figures(of: $0.intent, $0.trigger) }
    return question.grew(to: figures, at: now)
  }

  /// What a frame shows of the order of a ticket; nil where its lines make none.
  private func shownFigures(of form: TicketForm) -> AskedOrder.Figures? {
    do throws(FormProblem) {
      return figures(of: try intent(of: form), nil)
    } catch {
      return nil
    }
  }

  /// How large an order is now and what it can lose, at its trigger where it waits for one.
  func figures(of intent: OpeningIntent, _ trigger: Price?) -> AskedOrder.Figures {
    let preview = preview(of: intent, trigger)
    return AskedOrder.Figures(contracts: preview.contracts, loss: preview.lossAtStop)
  }

  private func preview(of intent: OpeningIntent, _ trigger: Price?) -> OrderPreview {
    guard let trigger else { return snapshot.preview(intent, at: snapshot.at) }
    return snapshot.ghost(intent, filledAt: intent.type.limitPrice ?? trigger, at: snapshot.at)
  }

  /// Until when an order waits, and what is looked at only then.
  static func waitingText(_ until: Timestamp?) -> String {
    let end = until.map { "until \($0.dateText) \($0.timeText.prefix(5)) UTC" } ?? "until abandoned"
    return "It waits here, \(end); size and limits are looked at when it is sent."
  }

  /// Several targets as a question names them.
  static func text(of targets: [PartialTarget]) -> String {
    "targets: "
      + targets.map { "\(NumberText.percent($0.share, places: 0)) at \($0.trigger.triggerPrice)" }
      .joined(separator: ", ")
  }

  /// How an order meets the book, and when.
  func manner(of intent: OpeningIntent, _ meaning: LineMeaning) -> String {
    guard case .waiting(_, let trigger, _) = meaning else { return Self.price(of: intent) }
    return "\(Self.price(of: intent)) when at \(trigger)"
  }

  private static func price(of intent: OpeningIntent) -> String {
    intent.type.limitPrice.map { "\(intent.type.word) \($0)" } ?? "market"
  }

  private func sentence(about intent: OpeningIntent, _ preview: OrderPreview) -> String {
    let unknown = labels.glyphs.unknown
    return "\(intent.side.openingSide.rawValue) \(preview.contracts?.description ?? unknown) "
      + "\(intent.instrument) \(Self.price(of: intent)), worth \(money(preview.notional)), stop "
      + "\(intent.stop.trigger?.triggerPrice.description ?? unknown)"
      + (intent.takeProfit.map { ", target \($0.triggerPrice)" } ?? "")
      + ", loses \(money(preview.lossAtStop?.magnitude))"
  }
}
