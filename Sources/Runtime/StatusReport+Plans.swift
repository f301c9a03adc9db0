import Engine
import JSONText
import Risk
import Trading
import Units

/// What goes on or waits here and not at the exchange: it opens or closes though no order shows it.
nonisolated extension PlanLine {
  /// What it is and where it stands, in one line; the size of an opening is the one of now.
  func text(_ snapshot: EngineSnapshot) -> String {
    guard let waiting else { return "\(instrument?.text ?? "everything") \(kind): \(step)" }
    let opening = waiting.opening
    let size = contracts(snapshot).map { " \($0)" } ?? ""
    let price = opening.type.limitPrice.map { "at \($0)" } ?? "at market"
    let end = waiting.until.map { " until \($0.dateText) \($0.timeText) UTC" } ?? ""
    return "\(opening.instrument) stop entry: \(opening.side.openingSide.rawValue)\(size) \(price) "
      + "when the mark price is at \(waiting.triggerPrice), waits here\(end)"
  }

  /// Writes it as an object; what it does not have is null.
  func write(_ snapshot: EngineSnapshot, to writer: inout JSONWriter) {
    writer.beginObject()
    writer.member("id", id.text)
    writer.member("kind", kind)
    writer.key("instrument")
    if let instrument { writer.string(instrument.text) } else { writer.null() }
    writer.member("step", step)
    writer.member("startedAt", startedAt.milliseconds)
    writer.key("side")
    if let waiting {
      writer.string(waiting.opening.side.openingSide.rawValue)
    } else {
      writer.null()
    }
    writer.key("contracts")
    if let contracts = contracts(snapshot) { writer.quoted(contracts) } else { writer.null() }
    writer.key("triggerPrice")
    if let waiting { writer.quoted(waiting.triggerPrice) } else { writer.null() }
    writer.key("until")
    if let until = waiting?.until {
      writer.integer(until.milliseconds)
    } else {
      writer.null()
    }
    writer.endObject()
  }

  /// How much it would open if it were sent now; nil when that is not known.
  private func contracts(_ snapshot: EngineSnapshot) -> Contracts? {
    waiting.flatMap { entry in
      let price = entry.opening.type.limitPrice ?? entry.triggerPrice
      return snapshot.ghost(entry.opening, filledAt: price, at: snapshot.at).contracts
    }
  }
}
