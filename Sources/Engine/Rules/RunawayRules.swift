import AccountData
import Risk
import Strategies
import Trading

/// Stops who asks for openings faster than anything sound does, whether the gate let them pass or
/// not (K04). The gate alone would deny for ever, and one slip of it would be sent at that pace.
/// Nothing that makes a position smaller is counted or held back.
enum RunawayRules {
  /// Notes that a strategy of the desk wants to open something; false when that stops it.
  static func mayWish(_ place: Int, _ core: inout EngineCore) -> Bool {
    let name = core.desk.slots[place].plan.name
    guard let limit = core.gate.limits.pace.wishesPerMinuteMaximum,
      core.wishes.note(.strategy(name), at: core.now, limit: limit)
    else { return true }
    CommandRules.take(.setStrategy(name, .paused), .engine, &core)
    CommandRules.cancelOpenings(&core) { $0.owner == .own(.strategy(name)) }
    core.notify(
      .alarm, "\(name) is paused: \(text(limit))", core.desk.slots[place].plan.instrument)
    return false
  }

  /// Notes a command of somebody who is no person and whom only a halt stops; false when it does.
  static func mayCommand(
    _ command: Command, _ source: CommandSource, _ core: inout EngineCore
  ) -> Bool {
    guard !source.isPerson, source != .engine, command.asksToOpen,
      core.trading.mode != .halted, let limit = core.gate.limits.pace.wishesPerMinuteMaximum,
      core.wishes.note(source, at: core.now, limit: limit)
    else { return true }
    let reason = "the \(source.words): \(text(limit))"
    CommandRules.halt(reason, source: .engine, &core)
    core.notify(.alarm, "halted: \(reason)")
    return false
  }

  private static func text(_ limit: Int) -> String {
    "a runaway, it asked for more than \(limit) openings in a minute"
  }
}

extension Command {
  /// Whether it can make a position larger.
  fileprivate var asksToOpen: Bool {
    switch self {
    case .open, .reverse, .scaleIn, .bracket, .openOneOf, .openBatch, .openAt: true
    case .close, .cancel, .cancelTrigger, .cancelAll, .flatten, .protect, .moveTarget, .breakEven,
      .takeProfits, .cancelBatch, .trail, .amend, .abandon, .approve, .dismiss, .resetPeak,
      .setLeverage, .setPositionMode, .setState, .setStrategy, .reconcile, .loadCandles,
      .setLimits, .note, .addAlert, .removeAlert, .acknowledge, .testAlert:
      false
    }
  }
}
