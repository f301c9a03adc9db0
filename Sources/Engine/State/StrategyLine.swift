import Risk
import Strategies
import Trading

/// A strategy as a screen lists it: what it trades, what it may do and what stands in its way.
public struct StrategyLine: Sendable, Hashable {
  /// Its name.
  public let name: String
  /// What it trades.
  public let instrument: InstrumentID
  /// The candles that it looks at.
  public let timeFrames: [TimeFrame]
  /// What it may do.
  public let state: StrategyState
  /// What keeps it from trading whatever its conditions say; nil when nothing does.
  public let obstacle: String?
  /// What it wants, with its conditions and the values that they look at: those of its own limits,
  /// then those of its rule.
  public let explanation: Explanation

  /// What it wants when all of its conditions hold.
  public var goal: String { explanation.goal }

  /// What it wants and its conditions in lines, the first that fails marked by `>`.
  public var lines: [String] { explanation.lines }

  /// What stands in its way first: what keeps it from trading at all, else the first condition that
  /// does not hold, with its value; nil when it would trade.
  public var failing: String? {
    obstacle ?? explanation.firstFailing.map { "\($0.text): \($0.value)" }
  }

  /// `context` is nil where no strategy has limits of its own.
  init(_ slot: StrategyDesk.Slot, _ limits: RiskLimits, in context: RiskContext?) {
    name = slot.plan.name
    instrument = slot.plan.instrument
    timeFrames = slot.plan.timeFrames
    state = slot.state
    let why = slot.plan.strategy.why()
    if let context, let own = limits.own(of: name) {
      // Whatever the rule wants, they come first.
      explanation = Explanation(
        goal: why.goal, conditions: own.conditions(of: instrument, in: context) + why.conditions,
        notes: why.notes)
    } else {
      explanation = why
    }
    obstacle =
      if slot.state == .paused {
        "it is paused"
      } else if !slot.feed.isComplete {
        "its candles are being read"
      } else if slot.isForeign {
        "the position is not its own"
      } else {
        nil
      }
  }
}

extension StrategyDesk.Feed {
  /// Whether nothing of the past is missing; a market that is known by candles alone has no past.
  var isComplete: Bool { isKnown || isStepped }
}
