import Trading
import Units

/// The stop and the target that came with an entry. The exchange shows them without an id of ours:
/// by their prices they are known for ours, also after a restart.
struct AttachedLegs: BinaryCodable, Sendable, Hashable {
  let stopPrice: Price?
  let targetPrice: Price?

  init(stopPrice: Price?, targetPrice: Price?) {
    self.stopPrice = stopPrice
    self.targetPrice = targetPrice
  }

  func encode(into writer: inout ByteWriter) {
    writer.put(stopPrice)
    writer.put(targetPrice)
  }

  init(from reader: inout ByteReader) throws(EventCodingProblem) {
    self.init(stopPrice: try reader.get(), targetPrice: try reader.get())
  }
}

/// Which order of ours takes over a leg of another one that then goes. Where several have the same
/// price and size, they are told apart by this alone.
struct LegSuccessor: BinaryCodable, Sendable, Hashable {
  let old: ExchangeOrderID
  let new: ClientOrderID

  init(old: ExchangeOrderID, new: ClientOrderID) {
    self.old = old
    self.new = new
  }

  func encode(into writer: inout ByteWriter) {
    writer.put(old)
    writer.put(new)
  }

  init(from reader: inout ByteReader) throws(EventCodingProblem) {
    self.init(old: try reader.get(), new: try reader.get())
  }
}

/// What is to protect a position, as the journal keeps it over a restart.
struct GuardNote: BinaryCodable, Sendable, Hashable {
  static let kind = "guard"

  let key: PositionKey
  /// When the position was opened, nil before it was shown.
  let openedAt: Timestamp?
  let plan: StopPlan
  let takeProfit: Trigger?
  /// What came with the entries.
  let attached: [AttachedLegs]
  /// Which order of ours took the place of which other one.
  let successors: [LegSuccessor]
  /// Whether the plan was asked for here, and not set at the exchange by somebody else.
  let isPlanOwn: Bool

  /// What is to be written of a position; nil while nothing is to protect it.
  init?(_ entry: PositionGuards.Guard) {
    guard let plan = entry.plan else { return nil }
    key = entry.key
    openedAt = entry.openedAt
    self.plan = plan
    takeProfit = entry.takeProfit
    attached = entry.attached
    successors = entry.successors
    isPlanOwn = entry.isPlanOwn
  }

  func encode(into writer: inout ByteWriter) {
    writer.put(key)
    writer.put(openedAt)
    writer.put(plan)
    writer.put(takeProfit)
    writer.put(attached)
    writer.put(successors)
    writer.put(isPlanOwn)
  }

  init(from reader: inout ByteReader) throws(EventCodingProblem) {
    key = try reader.get()
    openedAt = try reader.get()
    plan = try reader.get()
    takeProfit = try reader.get()
    // Notes of earlier versions end here.
    let isShort = reader.isAtEnd
    attached = try isShort ? [] : reader.get()
    successors = try isShort ? [] : reader.get()
    // Those of later ones end here, and took every plan for ours.
    isPlanOwn = try reader.isAtEnd ? true : reader.get()
  }

  /// What is planned, as it would have come with an entry: notes of earlier versions have no more.
  var planned: AttachedLegs {
    AttachedLegs(
      stopPrice: plan.trigger?.triggerPrice, targetPrice: takeProfit?.triggerPrice)
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
