import Trading
import Units

/// The positions of an account: the exchange's reports are the truth (I6).
///
/// What has filled but is in no report yet is kept beside them, so that exposure is never counted
/// too low in between.
public struct Positions: Sendable, Equatable {
  /// A fill that no report has shown yet.
  public struct Unreported: Sendable, Hashable {
    /// What was traded.
    public let instrument: InstrumentID
    /// Which position it worked on.
    public let slot: PositionSlot
    /// Where that position's collateral comes from, nil while the order of the fill is not known.
    public let marginMode: MarginMode?
    /// Positive for a buy, negative for a sell.
    public let signed: Contracts
    /// At what price; nil when it is not told.
    public let price: Price?
    /// Its fee; positive is a cost.
    public internal(set) var fee: Money
    /// What it realized, before fees.
    public internal(set) var realizedPnL: Money
    /// When it happened at the exchange.
    public let exchangeTime: Timestamp
    /// When we heard of it.
    public let receivedAt: Timestamp
  }

  /// A life that ended, with what is still told of it.
  struct Unsettled: Sendable, Hashable {
    var cycle: PositionCycle
    /// The exchange's time of the last report that showed it.
    let shownAt: Timestamp?
    /// When we heard that it is gone.
    let heardAt: Timestamp
  }

  /// What a report changed.
  enum Change: Sendable, Hashable {
    case opened(PositionKey)
    case changed(PositionKey)
    /// A life that ended, and the exchange's time of the last report that showed it.
    case closed(PositionCycle, shownAt: Timestamp?)
    /// A life of which no report ever showed anything.
    case passed(PositionCycle)
  }

  /// What is held, ordered by instrument, slot and margin mode.
  public private(set) var held: [HeldPosition] = []
  /// What has filled and is in no report yet, oldest first.
  public private(set) var unreported: [Unreported] = []

  /// Lives that an earlier run left open and no report has shown or missed yet.
  private(set) var restored: [PositionCycle] = []
  /// Up to where the fills are in the lives that an earlier run left, by the exchange's clock.
  private var restoredTo: Timestamp?
  /// Lives that ended and whose cause is not told yet.
  private(set) var unsettled: [Unsettled] = []

  /// How long a fill may stay without showing in a report before the report is believed.
  static let reportGrace = TimeSpan.seconds(2)

  /// Makes an empty list.
  public init() {}

  /// Returns a position, nil when none is held.
  public subscript(key: PositionKey) -> HeldPosition? { place(of: key).map { held[$0] } }

  /// Returns where a position stands in ``held``, nil when none is held.
  func place(of key: PositionKey) -> Int? {
    for place in held.indices where held[place].report.key == key { return place }
    return nil
  }

  /// Returns the net contracts of an instrument: positive long, negative short, fills that no
  /// report has shown yet included.
  public func netContracts(_ instrument: InstrumentID) -> Contracts {
    var net = Contracts.zero
    for position in held where position.report.instrument == instrument {
      net += position.report.signedContracts
    }
    for fill in unreported where fill.instrument == instrument { net += fill.signed }
    return net
  }

  /// Returns the contracts that one slot of an instrument holds, fills included that no report has
  /// shown yet: in hedge mode the two slots are no offset of each other.
  public func contracts(_ instrument: InstrumentID, _ slot: PositionSlot) -> Contracts {
    var signed = Contracts.zero
    for position in held where position.key.instrument == instrument && position.key.slot == slot {
      signed += position.report.signedContracts
    }
    for fill in unreported where fill.instrument == instrument && fill.slot == slot {
      signed += fill.signed
    }
    return max(.zero, slot == .short ? -signed : signed)
  }

  /// Returns the contracts of a position that a close may count on, fills included that no report
  /// has shown yet; zero when nothing is held.
  ///
  /// Fills that would leave nothing of what a later report shows are in that report already.
  public func closableContracts(_ key: PositionKey) -> Contracts {
    guard let place = place(of: key) else { return .zero }
    var signed = held[place].report.signedContracts
    for fill in unreported where fill.mayBe(of: key) { signed += fill.signed }
    let size = held[place].report.side == .long ? signed : -signed
    return size.isPositive ? size : held[place].report.contracts
  }

  /// The lives that no report shows and whose end is not told yet, as they stand: open.
  public var untold: [PositionCycle] {
    restored
      + unsettled.map { ended in
        var life = ended.cycle
        life.closedAt = nil
        return life
      }
  }

  /// Whether a position that someone opened is gone and not everything of its end is told yet.
  public func isEnding(of source: CommandSource) -> Bool {
    unsettled.contains { $0.cycle.source == source }
  }

  /// Returns the list without a position and without the fills that no report has shown of it.
  func without(_ key: PositionKey) -> Positions {
    var rest = self
    rest.held.removeAll { $0.key == key }
    rest.unreported.removeAll { $0.mayBe(of: key) }
    return rest
  }

  /// Takes lives that an earlier run left open: the first complete report continues or ends them.
  mutating func restore(_ cycles: [PositionCycle], fillsKnownTo: Timestamp?) {
    restored = cycles
    restoredTo = fillsKnownTo
  }

  /// Keeps a life that ended until it is told what ended it.
  mutating func hold(_ cycle: PositionCycle, shownAt: Timestamp?, at now: Timestamp) {
    unsettled.append(Unsettled(cycle: cycle, shownAt: shownAt, heardAt: now))
  }

  /// Hands over lives that ended, with all that was told of them since.
  mutating func settle(where isTold: (Unsettled) -> Bool) -> [Unsettled] {
    let told = unsettled.filter(isTold)
    unsettled.removeAll(where: isTold)
    return told
  }

  /// Notes whose position it is, when the order that opened it was told after it.
  mutating func noteSource(_ key: PositionKey, _ source: CommandSource) -> PositionCycle? {
    guard let place = place(of: key) else { return nil }
    held[place].cycle.source = source
    return held[place].cycle
  }

  /// Notes what an order filled, until a report shows it.
  mutating func note(_ flow: OrderFlow, _ marginMode: MarginMode?, at now: Timestamp) {
    guard !flow.contracts.isZero else { return correct(flow, marginMode) }
    guard !isShown(flow, marginMode) else { return }
    let signed = flow.side == .buy ? flow.contracts : -flow.contracts
    unreported.append(
      Unreported(
        instrument: flow.instrument, slot: flow.slot, marginMode: marginMode, signed: signed,
        price: flow.price, fee: flow.fee, realizedPnL: flow.realizedPnL,
        exchangeTime: flow.exchangeTime, receivedAt: now))
    // The bound is far above what can fill between two reports.
    if unreported.count > 1_000 { unreported.removeFirst() }
  }

  /// Takes what is told later of a fill: its fee, its profit.
  private mutating func correct(_ flow: OrderFlow, _ marginMode: MarginMode?) {
    let place = unreported.lastIndex {
      $0.instrument == flow.instrument && $0.slot == flow.slot && $0.marginMode == marginMode
        && $0.signed.isPositive == (flow.side == .buy)
    }
    guard let place else { return }
    unreported[place].fee += flow.fee
    unreported[place].realizedPnL += flow.realizedPnL
  }

  /// Whether the report of the position is newer than a fill, and shows it.
  private func isShown(_ flow: OrderFlow, _ marginMode: MarginMode?) -> Bool {
    held.contains { position in
      let key = position.report.key
      return key.instrument == flow.instrument && key.slot == flow.slot
        && (marginMode ?? key.marginMode) == key.marginMode
        && position.report.updatedAt > flow.exchangeTime
    }
  }

  /// Adds what an order did to the life of its position, open or not; true when a list has shown
  /// the end that it made already.
  mutating func book(_ flow: OrderFlow, _ marginMode: MarginMode?) -> Bool {
    // What an earlier run wrote down has its fills; they come again with the first reading.
    if let restoredTo, flow.exchangeTime <= restoredTo { return false }
    var isShownEnd = false
    for place in restored.indices where restored[place].mayHave(flow, marginMode) {
      restored[place].book(flow)
    }
    for place in unsettled.indices
    where unsettled[place].cycle.side.closingSide == flow.side
      && unsettled[place].cycle.mayHave(flow, marginMode)
    {
      unsettled[place].cycle.book(flow)
      if flow.exchangeTime <= unsettled[place].heardAt { isShownEnd = true }
    }
    for place in held.indices where held[place].cycle.mayHave(flow, marginMode) {
      // What ended the life before this one is no part of it.
      if isShownEnd, flow.exchangeTime < held[place].cycle.openedAt { continue }
      held[place].cycle.book(flow)
    }
    return isShownEnd
  }

  /// Takes the complete list of open positions; what is missing in it is closed, and with
  /// `fillsAlone` what fills alone tell of is passed.
  mutating func apply(
    _ reports: [Position], at now: Timestamp, fillsAlone: Bool = true,
    source: (Position) -> CommandSource?
  ) -> [Change] {
    var changes: [Change] = []
    var next: [HeldPosition] = []
    next.reserveCapacity(reports.count)
    let ordered =
      reports.count <= 1 && reports.allSatisfy { $0.contracts.isPositive }
      ? reports
      : reports.filter { $0.contracts.isPositive }.sorted { $0.key.sorts(before: $1.key) }
    for report in ordered {
      if let old = self[report.key], old.report.positionID == report.positionID,
        old.report.side == report.side
      {
        if old.report.contracts != report.contracts { changes.append(.changed(report.key)) }
        next.append(old.updated(report, at: now))
      } else {
        // A new id or side under the same key is a new life: the old one ended in between.
        if let old = self[report.key] { changes.append(ended(old, at: now)) }
        let known = restored.first { $0.key == report.key && $0.openedAt == report.createdAt }
        var opened = HeldPosition(report, source: source(report), continuing: known, at: now)
        if known == nil { opened.cycle.fees = openingFees(of: report) }
        next.append(opened)
        changes.append(.opened(report.key))
      }
    }
    let tellsPassed = fillsAlone && restored.isEmpty
    for cycle in restored where !next.contains(where: { $0.cycle.id == cycle.id }) {
      // It ended while no one was looking (R09).
      var ended = cycle
      ended.closedAt = max(now, ended.openedAt)
      changes.append(.closed(ended, shownAt: nil))
    }
    restored = []
    for old in held where !ordered.contains(where: { $0.key == old.key }) {
      changes.append(ended(old, at: now))
    }
    let before = held
    held = next
    // What an earlier run left was shown by no list of this one.
    if unreported.count > 1, tellsPassed { changes += takePassed(before: before, at: now) }
    forgetReported(before: before, at: now)
    return changes
  }

  /// Takes the fills of lives that no list has shown out of those that wait for one.
  private mutating func takePassed(before: [HeldPosition], at now: Timestamp) -> [Change] {
    var keys: [PositionKey] = []
    for fill in unreported {
      // Where the margin mode of one fill is not known, it may belong to either position.
      guard let mode = fill.marginMode,
        !unreported.contains(where: {
          $0.instrument == fill.instrument && $0.slot == fill.slot && $0.marginMode == nil
        })
      else { continue }
      let key = PositionKey(instrument: fill.instrument, slot: fill.slot, marginMode: mode)
      if !keys.contains(key) { keys.append(key) }
    }
    var changes: [Change] = []
    // The fills of a position that is shown, or whose end is not told yet, are in its life.
    for key in keys
    where self[key] == nil && !before.contains(where: { $0.key == key })
      && !unsettled.contains(where: { $0.cycle.key == key })
    {
      let fills = unreported.filter { $0.mayBe(of: key) }
      if let restoredTo, fills.contains(where: { $0.exchangeTime <= restoredTo }) { continue }
      let lives = PassedLives.lives(of: key, fills, at: now)
      guard !lives.isEmpty else { continue }
      unreported.removeAll { $0.mayBe(of: key) }
      changes += lives.map(Change.passed)
    }
    return changes
  }

  private func ended(_ old: HeldPosition, at now: Timestamp) -> Change {
    let unseen = unreported.filter {
      $0.mayBe(of: old.key) && $0.exchangeTime > old.report.updatedAt
    }
    return old.ended(after: unseen, at: now)
  }

  /// Changes what is noted of the risk of a position, if it is held.
  mutating func noteRisk(_ key: PositionKey, _ note: (inout HeldPosition) -> Void) {
    if let place = place(of: key) { note(&held[place]) }
  }

  /// Adds a funding payment to the life of the instrument's positions, also to one that an earlier
  /// run left or that has ended without a cause so far.
  mutating func noteFunding(_ instrument: InstrumentID, _ amount: Money, settledAt: Timestamp) {
    for index in restored.indices
    where restored[index].key.instrument == instrument && restored[index].openedAt <= settledAt {
      restored[index].funding += amount
      return
    }
    for index in held.indices
    where held[index].key.instrument == instrument && held[index].cycle.openedAt <= settledAt {
      held[index].cycle.funding += amount
      return
    }
    for index in unsettled.indices
    where unsettled[index].cycle.key.instrument == instrument
      && unsettled[index].cycle.openedAt <= settledAt
    {
      unsettled[index].cycle.funding += amount
      return
    }
  }

  /// Returns the signed contracts of a position, fills included that no report has shown yet.
  public func expectedContracts(_ key: PositionKey) -> Contracts {
    let reported = self[key]?.report.signedContracts ?? .zero
    return unreported.reduce(reported) { $1.mayBe(of: key) ? $0 + $1.signed : $0 }
  }

  /// Returns the fees of the fills that opened a position: those of its side that no report has
  /// shown yet. Earlier ones closed the position before it.
  private func openingFees(of report: Position) -> Money {
    unreported.reduce(.zero) { sum, fill in
      let opens =
        fill.exchangeTime >= report.createdAt
        && (report.side == .long ? fill.signed.isPositive : fill.signed.isNegative)
      return opens && fill.mayBe(of: report.key) ? sum + fill.fee : sum
    }
  }

  /// Drops fills that came before a complete answer was asked for: it contains them.
  mutating func forgetUnreported(receivedBefore asked: Timestamp) {
    unreported.removeAll { $0.receivedAt < asked }
  }

  /// Drops the fills that the reports show by now.
  private mutating func forgetReported(before: [HeldPosition], at now: Timestamp) {
    guard !unreported.isEmpty else { return }
    unreported.removeAll { fill in
      if now - fill.receivedAt > Self.reportGrace { return true }
      for place in held.indices where fill.mayBe(of: held[place].report.key) {
        return held[place].report.updatedAt >= fill.exchangeTime
      }
      // The position is gone from the reports: this fill closed it.
      for place in before.indices where fill.mayBe(of: before[place].report.key) { return true }
      return false
    }
  }
}

extension Positions.Unreported {
  /// Whether it worked on a position, as far as is known.
  fileprivate func mayBe(of key: PositionKey) -> Bool {
    instrument == key.instrument && slot == key.slot
      && (marginMode ?? key.marginMode) == key.marginMode
  }
}

extension PositionCycle {
  /// Whether an order may have worked on this life.
  fileprivate func mayHave(_ flow: OrderFlow, _ marginMode: MarginMode?) -> Bool {
    key.instrument == flow.instrument && key.slot == flow.slot
      && (marginMode ?? key.marginMode) == key.marginMode
      && flow.exchangeTime >= openedAt - Positions.reportGrace
  }

  fileprivate mutating func book(_ flow: OrderFlow) {
    realizedPnL += flow.realizedPnL
    fees += flow.fee
  }
}
