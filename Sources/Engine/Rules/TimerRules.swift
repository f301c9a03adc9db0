import AccountData
import Alerts
import MarketData
import Risk
import Trading
import Units

/// What the engine does when a moment has come that it asked for.
enum TimerRules {
  static func take(_ timer: TimerID, _ core: inout EngineCore) {
    switch timer {
    case .reconcile:
      switch core.step {
      // Without the rules of the instruments no position can be understood.
      case .connecting where core.markets.count == 0: break
      case .ready, .resolving, .connecting:
        StartupRules.readAccount(&core)
        core.schedule(.reconcile, in: StartupRules.reconcileInterval(core))
      case .instruments, .account: break
      }
    case .startup: StartupRules.retry(&core)
    case .order(let id):
      guard core.questions[id] != nil else { return }
      QuestionRules.ask(.client(id), &core)
    case .protection(let key): ProtectionRules.review(key, &core)
    case .day: turnDay(&core)
    case .flatten:
      CommandRules.goOnFlattening(&core)
      CommandRules.goOnHalting(&core)
    case .lost(let id): QuestionRules.retire(id, &core)
    case .tiers(let instrument): StartupRules.readTiers(instrument, &core)
    case .instruments: InstrumentRules.read(&core)
    case .subscribe: StartupRules.subscribe(&core)
    case .candles(let instrument): StrategyFeedRules.readPast(of: instrument, &core)
    case .breakers: BreakerRules.confirm(&core)
    case .silence: StartupRules.listen(&core)
    case .plans: break
    case .checkpoint: writeCheckpoint(&core)
    case .alerts: AlertRules.tick(&core)
    }
  }

  /// The digest is of the state after this event, so that a replay finds the same one.
  private static func writeCheckpoint(_ core: inout EngineCore) {
    guard let interval = core.settings.timing.checkpointInterval else { return }
    core.schedule(.checkpoint, in: interval)
    core.wantsCheckpoint = true
  }

  private static func turnDay(_ core: inout EngineCore) {
    // Heard as it changes, or read a moment ago.
    let heardAt = core.book.account.positionsReceivedAt
    let isRecent = heardAt.map { core.now - $0 <= core.settings.timing.reconcileInterval } ?? false
    let isCurrent = isRecent || core.step == .ready && !core.accountReading.isSilent
    let isNew = core.book.turnDay(at: core.now, isCurrent: isCurrent)
    if isNew {
      core.breakers.turnDay()
      BreakerRules.writeDayStart(&core)
    }
    let next = core.now.start(of: .days(1), offset: core.settings.dayOffset) + .days(1)
    core.effects.append(.schedule(.day, at: next))
  }
}
