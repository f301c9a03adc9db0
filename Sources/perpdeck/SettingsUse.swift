import Engine
import Settings
import Trading
import Units

/// What a start makes of settings that can be read: keys, templates and strategies have rules of
/// their own, which only the parts that use them know.
enum SettingsUse {
  /// Returns why a start would refuse settings: a line for each mistake with its place; empty when
  /// nothing is wrong.
  static func problems(_ plan: SessionPlan) -> [String] {
    let settings = plan.launch.settings
    return lines { () throws(ProgramFailure) in _ = try settings.keymap() }
      + lines { () throws(ProgramFailure) in _ = try settings.orderTemplates() }
      + lines { () throws(ProgramFailure) in _ = try plan.strategies(pairs(plan)) }
  }

  /// The pairs that strategies may trade. On paper those are what the market lists, which is not
  /// known before a start.
  private static func pairs(_ plan: SessionPlan) -> [PairPlan] {
    let settings = plan.launch.settings
    let named = settings.pairs.list.map(\.instrument)
    let traded = settings.strategies.list.map(\.instrument)
    return (plan.launch.environment == .paper ? traded : named).map {
      PairPlan(instrument: $0, marginMode: .isolated, leverage: 1)
    }
  }

  private static func lines(_ use: () throws(ProgramFailure) -> Void) -> [String] {
    do throws(ProgramFailure) {
      try use()
      return []
    } catch {
      return error.description.split(separator: "\n").map(String.init)
    }
  }
}
