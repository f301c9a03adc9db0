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

  /// The name of a position's line in the journal.
  static func id(_ key: PositionKey) -> PlanID {
    PlanID("guard-\(key.instrument)-\(key.slot.rawValue)-\(key.marginMode.rawValue)")
  }

  /// The line of the journal; `id` is ``id(_:)``.
  func record(
    _ state: PlanRecord.State, as id: PlanID, source: CommandSource, at now: Timestamp
  ) -> PlanRecord {
    var writer = ByteWriter(reserving: 96)
    writer.put(self)
    let step: String
    switch plan {
    case .none: step = "nothing"
    case .liquidation: step = "liquidation"
    case .stop(let trigger): step = "stop \(trigger.triggerPrice)"
    }
    return PlanRecord(
      id: id, kind: Self.kind, instrument: key.instrument, source: source, state: state, step: step,
      body: writer.bytes,
      startedAt: openedAt ?? now, at: now)
  }
}
