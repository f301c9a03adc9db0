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
    let details = intents.map { intent -> String in
      let preview = snapshot.preview(intent, at: snapshot.at)
      return sentence(about: intent, preview)
    }
    let what = intents.count == 1 ? "this order" : "these \(intents.count) orders"
    return Confirmation(
      question: "\(snapshot.modeWord): send \(what)?", details: details,
      commands: intents.map { .engine(.open($0)) }, openedAt: now)
  }

  /// The lines about an order that waits, with the figures that it would have where it waits.
  func waitingDetails(
    _ intent: OpeningIntent, _ trigger: Price, _ until: Timestamp?
  ) -> [String] {
    let preview = snapshot.ghost(
      intent, filledAt: intent.type.limitPrice ?? trigger, at: snapshot.at)
    let end = until.map { "until \($0.dateText) \($0.timeText.prefix(5)) UTC" } ?? "until abandoned"
    return [
      sentence(about: intent, preview),
      "It waits here, \(end); the limits are looked at when it is sent.",
    ]
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
      + "\(intent.stop.trigger?.triggerPrice.description ?? unknown), loses "
      + money(preview.lossAtStop?.magnitude)
  }
}
