import AccountData
import Trading
import Units

/// What the engine does when a moment has come that it asked for.
enum TimerRules {
  static func take(_ timer: TimerID, _ core: inout EngineCore) {
    switch timer {
    case .reconcile:
      if core.step == .ready {
        StartupRules.readAccount(&core)
        core.schedule(.reconcile, in: core.settings.timing.reconcileInterval)
      }
    case .startup: StartupRules.retry(&core)
    case .order(let id):
      guard core.questions[id] != nil else { return }
      QuestionRules.ask(.client(id), &core)
    case .protection(let key): ProtectionRules.review(key, &core)
    case .day: turnDay(&core)
    case .flatten: CommandRules.goOnFlattening(&core)
    }
  }

  private static func turnDay(_ core: inout EngineCore) {
    if core.book.turnDay(at: core.now), let balance = core.account.balance?.value {
      core.journal(
        .equity(
          EquityRecord(
            occasion: .dayStart, equity: balance.equity, cash: balance.cash, at: core.now)))
    }
    let next = core.now.start(of: .days(1), offset: core.settings.dayOffset) + .days(1)
    core.effects.append(.schedule(.day, at: next))
  }
}
