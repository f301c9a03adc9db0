import Risk
import Trading
import Units

/// An action of several steps that goes on until its end, over a restart as well.
///
/// Every step looks at what the account shows and does what is still missing, so that doing it
/// again after a crash does nothing twice. A step that opens something is entered once only.
struct ActionPlan: Sendable, Hashable {
  let id: PlanID
  let source: CommandSource
  let startedAt: Timestamp
  var work: PlanWork
  /// When it last asked for something; not asked again at once.
  var actedAt: Timestamp?
  /// How often its present step asked for something.
  var attempts = 0

  /// Whether its step may ask for something: not right after it did, for answers take their time.
  func mayAct(_ now: Timestamp) -> Bool {
    actedAt.map { now - $0 >= PlanRules.spacing } ?? true
  }
}

/// What an action of several steps is and where it stands.
enum PlanWork: Sendable, Hashable {
  case reverse(ReversePlan)
  case scaleIn(ScaleInPlan)
  case targets(TargetsPlan)
  case oneOf(OneOfPlan)
  case trail(TrailPlan)
  case amend(AmendPlan)
  case flatten(InstrumentID?)
  case entry(EntryPlan)

  var kind: String {
    switch self {
    case .reverse: "reverse"
    case .scaleIn: "scaleIn"
    case .targets: "targets"
    case .oneOf: "oneOf"
    case .trail: "trail"
    case .amend: "amend"
    case .flatten: "flatten"
    case .entry: "entry"
    }
  }

  var instrument: InstrumentID? {
    switch self {
    case .reverse(let plan): plan.key.instrument
    case .scaleIn(let plan): plan.key.instrument
    case .targets(let plan): plan.key.instrument
    case .oneOf(let plan): plan.first.instrument
    case .trail(let plan): plan.key.instrument
    case .amend(let plan): plan.instrument
    case .flatten(let instrument): instrument
    case .entry(let plan): plan.opening.instrument
    }
  }

  /// The position that was held when it began and that it works on; nil when it is about none.
  var heldKey: PositionKey? {
    switch self {
    case .reverse(let plan): plan.key
    case .scaleIn(let plan): plan.key
    case .trail(let plan): plan.key
    // With an entry the position comes after the plan.
    case .targets(let plan): plan.entry == nil ? plan.key : nil
    case .oneOf, .amend, .flatten, .entry: nil
    }
  }

  /// Whether it is an opening that waits for its price.
  var waitsForPrice: Bool {
    if case .entry(let plan) = self { plan.step == .waiting } else { false }
  }

  /// Whether it would place an order yet that is not there to be canceled.
  var placesLater: Bool {
    switch self {
    case .entry, .amend, .reverse: true
    case .oneOf(let plan): plan.step == .placing
    // What has been placed is canceled like all orders; the rest takes risk off.
    case .scaleIn, .targets, .trail, .flatten: false
    }
  }

  /// Where it stands, in words.
  var step: String {
    switch self {
    case .reverse(let plan): plan.step.rawValue
    case .scaleIn(let plan): plan.step.rawValue
    case .targets(let plan): plan.step
    case .oneOf(let plan): plan.step.rawValue
    case .trail(let plan): plan.best == nil ? "waiting" : "following"
    case .amend(let plan): plan.step.rawValue
    case .flatten: "closing"
    case .entry(let plan): "\(plan.step.rawValue) at \(plan.triggerPrice)"
    }
  }
}

/// Close a position, then open the other side.
struct ReversePlan: Sendable, Hashable {
  enum Step: String, Sendable, Hashable, CaseIterable { case closing, opening }
  let key: PositionKey
  let side: PositionSide
  let opening: OpeningIntent
  /// After this the other side is not opened any more.
  let deadline: Timestamp
  var step = Step.closing
}

/// Add to a position, close a share of it, put the stop where nothing is lost.
struct ScaleInPlan: Sendable, Hashable {
  enum Step: String, Sendable, Hashable, CaseIterable { case adding, reducing, securing }
  let key: PositionKey
  let side: PositionSide
  let closeShare: Rate
  /// After this an addition that still rests is canceled.
  let deadline: Timestamp
  /// What is to be left when the share is closed.
  var keep = Contracts.zero
  var step = Step.adding
}

/// Several take profits, each for a share of a position.
struct TargetsPlan: Sendable, Hashable {
  let key: PositionKey
  let side: PositionSide
  let targets: [PartialTarget]
  /// The entry that has to fill first, nil for a position that is held. One that is replaced gives
  /// way to the order that takes its place.
  var entry: ClientOrderID?
  /// The size of each, fixed when the first is placed.
  var sizes: [Contracts] = []
  /// The number of the target that is being placed, 1 for the first; zero while waiting, one beyond
  /// the last while the former ones are taken back.
  var next = 0

  /// Where it stands, in words.
  var step: String {
    if next == 0 { return "waiting" }
    return next <= targets.count ? "placing \(next)" : "replacing"
  }
}

/// Two openings of which the first fill cancels the other.
struct OneOfPlan: Sendable, Hashable {
  enum Step: String, Sendable, Hashable, CaseIterable { case placing, waiting, flattening }
  let first: OpeningIntent
  let second: OpeningIntent
  var ids: [ClientOrderID] = []
  var step = Step.placing
}

/// A stop that follows the mark price and never goes back; it rests at the exchange.
struct TrailPlan: Sendable, Hashable {
  let key: PositionKey
  let side: PositionSide
  let distance: TrailDistance
  /// Where it begins to follow, nil for at once.
  let activation: Price?
  /// The best mark price since it follows, nil before.
  var best: Price?
}

/// An order that is replaced: canceled first, then placed anew with what had not filled.
struct AmendPlan: Sendable, Hashable {
  enum Step: String, Sendable, Hashable, CaseIterable { case canceling, placing }
  let instrument: InstrumentID
  let order: ClientOrderID
  let type: OrderType
  /// The whole size that is wanted, what has filled included.
  let contracts: Contracts
  var step = Step.canceling
}

/// An opening that waits for the mark price to reach a trigger.
struct EntryPlan: Sendable, Hashable {
  enum Step: String, Sendable, Hashable, CaseIterable { case waiting, opening }
  let opening: OpeningIntent
  let triggerPrice: Price
  /// Whether the price has to rise to the trigger.
  let isAbove: Bool
  /// The last moment at which it may open, nil for none.
  var until: Timestamp?
  /// The run that saw the price on this side of the trigger.
  var watchedBy: RunID
  var step = Step.waiting
  /// Whether prices of this run were missed: the next one tells whether it was crossed meanwhile.
  var hasMissedPrices = false
}

/// One of several take profits.
public struct PartialTarget: Sendable, Hashable {
  /// The most of one position.
  public static let limit = 10

  /// Where it triggers and how it then executes.
  public let trigger: Trigger
  /// How much of the position it closes, above zero and at most one.
  public let share: Rate

  /// States a target.
  public init(trigger: Trigger, share: Rate) {
    self.trigger = trigger
    self.share = share
  }
}

/// An action of several steps as people see it.
public struct PlanLine: Sendable, Hashable {
  /// Its name.
  public let id: PlanID
  /// What it is, as a word.
  public let kind: String
  /// What it is about, nil when it is about all instruments.
  public let instrument: InstrumentID?
  /// The position that it works on, nil when it is about none that is held.
  public let position: PositionKey?
  /// Where it stands, in words.
  public let step: String
  /// Who wanted it.
  public let source: CommandSource
  /// When it began.
  public let startedAt: Timestamp
  /// The opening that it sends when the mark price gets there; nil for anything else.
  public let waiting: WaitingEntry?

  init(_ plan: ActionPlan) {
    id = plan.id
    kind = plan.work.kind
    instrument = plan.work.instrument
    position = plan.work.heldKey
    step = plan.work.step
    source = plan.source
    startedAt = plan.startedAt
    waiting =
      if case .entry(let entry) = plan.work, entry.step == .waiting {
        WaitingEntry(
          opening: entry.opening, triggerPrice: entry.triggerPrice, until: entry.until)
      } else { nil }
  }
}

/// An opening that waits for the mark price, as people see it.
public struct WaitingEntry: Sendable, Hashable {
  /// What is sent then.
  public let opening: OpeningIntent
  /// The mark price that it waits for.
  public let triggerPrice: Price
  /// The last moment at which it may open, nil for none.
  public let until: Timestamp?
}
