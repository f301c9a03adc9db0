import Trading
import Units

/// What is to protect a position, as the journal keeps it over a restart.
struct GuardNote: BinaryCodable, Sendable, Hashable {
  static let kind = "guard"

  let key: PositionKey
  /// When the position was opened, nil before it was shown.
  let openedAt: Timestamp?
  let plan: StopPlan
  let takeProfit: Trigger?

  init(key: PositionKey, openedAt: Timestamp?, plan: StopPlan, takeProfit: Trigger?) {
    self.key = key
    self.openedAt = openedAt
    self.plan = plan
    self.takeProfit = takeProfit
  }

  func encode(into writer: inout ByteWriter) {
    writer.put(key)
    writer.put(openedAt)
    writer.put(plan)
    writer.put(takeProfit)
  }
  init(from reader: inout ByteReader) throws(EventCodingProblem) {
    self.init(
      key: try reader.get(), openedAt: try reader.get(), plan: try reader.get(),
      takeProfit: try reader.get())
  }

  /// The line of the journal.
  func record(_ state: PlanRecord.State, source: CommandSource, at now: Timestamp) -> PlanRecord {
    var writer = ByteWriter()
    writer.put(self)
    let step: String
    switch plan {
    case .none: step = "nothing"
    case .liquidation: step = "liquidation"
    case .stop(let trigger): step = "stop \(trigger.triggerPrice)"
    }
    let mode = key.marginMode.rawValue
    return PlanRecord(
      id: PlanID("guard-\(key.instrument)-\(key.slot.rawValue)-\(mode)"), kind: Self.kind,
      instrument: key.instrument, source: source, state: state, step: step, body: writer.bytes,
      startedAt: openedAt ?? now, at: now)
  }
}
