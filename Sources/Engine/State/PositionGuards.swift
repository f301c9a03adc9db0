import AccountData
import Trading
import Units

/// What is to protect each position, and whether it was seen at the exchange.
struct PositionGuards: Sendable, Hashable {
  struct Guard: Sendable, Hashable {
    let key: PositionKey
    /// When the position was opened, nil before it was shown.
    var openedAt: Timestamp?
    /// What the journal says of it.
    var written: GuardNote?
    /// Who opened the position, nil where that is not known.
    var source: CommandSource?
    /// When an earlier run wrote down that an entry had filled whose position it never saw.
    var filledAt: Timestamp?
    /// What is to protect it; nil for a position that was opened elsewhere.
    private(set) var plan: StopPlan?
    /// Whether that was asked for here, and not set at the exchange by somebody else.
    private(set) var isPlanOwn = false
    /// The target that came with the entry.
    var takeProfit: Trigger?
    /// The stops and targets that came with its entries, the newest last.
    var attached: [AttachedLegs] = []
    /// Which order of ours took the place of which one that still rests.
    var successors: [LegSuccessor] = []
    /// Since when no stop has been seen; nil while one is.
    var uncoveredSince: Timestamp?
    /// Whether the exchange was asked after that moment.
    var wasAsked = false
    /// Whether the exchange's whole account showed no stop after that moment.
    var wasVerified = false
    /// What became of the last stop that was asked for; nil before one was.
    var lastAnswer: Answer?
    /// Whether it was found naked.
    var isNaked = false
    /// How often the stop was placed again.
    var attempts = 0
    /// How often the close was tried instead; nil before it was.
    var closing: ClosingTries?
    /// The protection that is on its way and the old ones that go when it is taken.
    var placing: ClientOrderID?
    var replaced: [ExchangeOrderID] = []
    /// Orders whose stop the newest one makes needless and whose target gets an order of its own.
    var leaving: [ExchangeOrderID] = []
    /// Since when orders of ours are larger than the position; nil while none is.
    var oversizedSince: Timestamp?
    /// Whether the exchange's whole account was read after that moment.
    var isSizeVerified = false
    /// Before this moment orders are not divided or made smaller: the last try failed.
    var adjustsFrom: Timestamp?
    /// Since when no stop of ours covers it and another one does, farther away than planned.
    var ownMissingSince: Timestamp?
    /// Whether the exchange's whole account showed that after that moment.
    var isOwnMissingVerified = false
    /// How often ours was placed again beside another one of late, and when last.
    var putBacks = 0
    var putBackAt: Timestamp?
    /// How loud its nearness to liquidation was told.
    var liquidationLevel = LiquidationRules.Level.far

    init(_ key: PositionKey) { self.key = key }

    /// Takes what is to protect it from now on.
    mutating func setPlan(_ plan: StopPlan, isOwn: Bool) {
      self.plan = plan
      isPlanOwn = isOwn
    }

    /// The most entries of one position whose stops and targets are known again after a restart.
    private static let attachedLimit = 64

    /// Notes what came with an entry.
    fileprivate mutating func note(_ legs: AttachedLegs) {
      guard legs.stopPrice != nil || legs.targetPrice != nil, !attached.contains(legs) else {
        return
      }
      attached.append(legs)
      if attached.count > Self.attachedLimit { attached.removeFirst() }
    }

    /// The name of its line in the journal.
    var planID: PlanID { GuardNote.id(key) }
  }

  /// What an answer to a request for a stop proves.
  enum Answer: Int, Sendable, Hashable {
    case taken, notTaken, lost

    init(_ outcome: Outcome) {
      switch outcome {
      case .confirmed: self = .taken
      case .refused, .notSent: self = .notTaken
      case .unknown: self = .lost
      }
    }
  }

  var all: [Guard] = []

  /// Returns where the guard of a position stands, nil when none is kept.
  func place(of key: PositionKey) -> Int? {
    for place in all.indices where all[place].key == key { return place }
    return nil
  }

  /// Returns the guard of a position, nil when none is kept.
  subscript(key: PositionKey) -> Guard? { place(of: key).map { all[$0] } }

  /// Changes the guard of a position, making one where there is none.
  mutating func update(_ key: PositionKey, _ change: (inout Guard) -> Void) {
    if let place = place(of: key) {
      change(&all[place])
    } else {
      var fresh = Guard(key)
      change(&fresh)
      all.append(fresh)
    }
  }

  /// Forgets the guard of a position that is gone.
  mutating func remove(_ key: PositionKey) {
    if let place = place(of: key) { all.remove(at: place) }
  }

  /// Notes what an opening order that filled says about the stop.
  mutating func filled(_ order: TrackedOrder) {
    let key = PositionKey(
      instrument: order.instrument, slot: order.slot, marginMode: order.marginMode)
    guard order.isOwn || order.stopLoss != nil else { return }
    // The gate lets an order of ours pass without a stop only where liquidation is the stop. An
    // addition without one does not take away the stop that is there.
    let known = self[key]?.plan
    update(key) {
      // An addition from elsewhere does not move what was planned here.
      if let stop = order.stopLoss, order.isOwn || $0.plan == nil || !$0.isPlanOwn {
        $0.setPlan(.stop(stop), isOwn: order.isOwn)
      } else if $0.plan == nil {
        $0.setPlan(.liquidation, isOwn: true)
      }
      if case .own(let source) = order.owner {
        $0.source = source
        $0.note(
          AttachedLegs(
            stopPrice: order.stopLoss?.triggerPrice, targetPrice: order.takeProfit?.triggerPrice))
      }
      if let target = order.takeProfit {
        // The target of an addition is one of its own contracts: then there is none of the whole.
        let isAddition =
          $0.openedAt != nil && known != nil && $0.takeProfit?.triggerPrice != target.triggerPrice
        $0.takeProfit = isAddition ? nil : target
      }
    }
  }

  /// Takes what an earlier run knew of an open position of ours: its first stop, as long as nothing
  /// newer is known.
  mutating func restore(_ cycle: PositionCycle) {
    guard cycle.source != nil, let stop = cycle.initialStop else { return }
    update(cycle.key) {
      if $0.plan == nil { $0.setPlan(.stop(Trigger(triggerPrice: stop)), isOwn: true) }
      $0.openedAt = cycle.openedAt
    }
  }

  /// Takes what the journal says is to protect a position.
  mutating func restore(_ note: GuardNote, from record: PlanRecord) {
    update(note.key) {
      $0.source = record.source
      if note.openedAt == nil { $0.filledAt = record.startedAt }
      $0.setPlan(note.plan, isOwn: note.isPlanOwn)
      $0.takeProfit = note.takeProfit
      $0.attached = note.attached
      $0.successors = note.successors
      $0.openedAt = note.openedAt
      $0.written = note
    }
  }

  /// Who opened a position that an earlier run did not live to see, though it saw the entry fill.
  func opener(of held: HeldPosition) -> CommandSource? {
    guard let place = place(of: held.key), all[place].openedAt == nil,
      let filledAt = all[place].filledAt
    else { return nil }
    let distance = held.cycle.openedAt - filledAt
    return abs(distance.milliseconds) <= Self.openingTolerance.milliseconds
      ? all[place].source : nil
  }

  /// How far the exchange's time of an opening may be from ours.
  private static let openingTolerance = TimeSpan.seconds(10)

  /// Makes sure that a position has a guard; one of an earlier life of the position does not count.
  mutating func opened(_ held: HeldPosition) {
    let openedAt = held.cycle.openedAt
    if let place = place(of: held.key) {
      // One that was opened elsewhere is nothing that an entry of ours was to protect.
      let isOther = all[place].openedAt.map { $0 != openedAt } ?? (held.cycle.source == nil)
      if isOther { remove(held.key) }
    }
    update(held.key) { $0.openedAt = openedAt }
  }

  /// Whether a position has its stop, and how we know.
  func protection(of held: HeldPosition, _ account: Account) -> Protection {
    if let stop = account.coveringStop(of: held) { return .proven(stop) }
    guard let entry = self[held.key] else { return .waiting(since: held.receivedAt) }
    if entry.plan == .liquidation { return .liquidation }
    let since = entry.uncoveredSince ?? held.receivedAt
    return entry.isNaked ? .naked(since: since) : .waiting(since: since)
  }
}
