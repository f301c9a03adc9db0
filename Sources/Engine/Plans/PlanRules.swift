import AccountData
import Risk
import Trading
import Units

/// What a look at an action of several steps found.
enum PlanProgress {
  /// Nothing is to be done now.
  case waiting
  /// Its present step asked for something.
  case acted
  /// It came to another step, which is written down before that step asks for anything.
  case moved(PlanWork)
  /// Every step is done.
  case done(String)
  /// It is given up, and why.
  case abandoned(String)
}

/// Drives the actions of several steps.
enum PlanRules {
  /// The least time between two requests of one step that changed nothing.
  static let spacing = TimeSpan.seconds(1)
  /// How long after its start an action may still open something.
  static let openingLife = TimeSpan.seconds(30)
  /// The most actions that go on at once.
  static let limit = 50
  /// The most ends of actions and protections that are kept for a journal that lost them; the oldest give way.
  static let endedCapacity = 4 * limit
  /// The most steps that one look takes.
  private static let stepsPerLook = 6

  /// Begins an action; false when too many go on.
  static func begin(
    _ work: PlanWork, _ source: CommandSource, _ core: inout EngineCore
  ) -> Bool {
    guard core.plans.count < limit else {
      core.notify(.warning, "too many actions go on: \(work.kind) was not begun", work.instrument)
      return false
    }
    core.planCount += 1
    let plan = ActionPlan(
      id: PlanID(run: core.settings.run, sequence: core.planCount), source: source,
      startedAt: core.now, work: work)
    core.plans.append(plan)
    write(plan, .open, work.step, &core)
    return true
  }

  /// Takes what an earlier run left; what cannot be read is told and left alone.
  static func restore(_ records: [PlanRecord], _ core: inout EngineCore) {
    for record in records where record.state == .open {
      var reader = ByteReader(record.body)
      do throws(EventCodingProblem) {
        if record.kind == GuardNote.kind {
          let note: GuardNote = try reader.get()
          core.guards.restore(note, from: record)
          // A stop that came with an entry carries no id of ours.
          for legs in note.attached + [note.planned] {
            core.book.noteProtection(
              OwnProtection(
                key: note.key, clientOrderID: nil, stopPrice: legs.stopPrice,
                targetPrice: legs.targetPrice, source: record.source))
          }
        } else {
          core.plans.append(
            ActionPlan(
              id: record.id, source: record.source, startedAt: record.startedAt,
              work: try reader.get()))
        }
      } catch {
        core.notify(.alarm, "the action \(record.id) cannot go on: \(error)", record.instrument)
      }
    }
    for index in core.plans.indices {
      if case .flatten(let scope) = core.plans[index].work, !core.flattening.contains(scope) {
        core.flattening.append(scope)
        core.schedule(.flatten, in: spacing)
      }
    }
  }

  /// Looks at the actions after an event.
  static func advance(after event: Event, _ core: inout EngineCore) {
    switch event {
    case .market(.mark(let mark)): follow(mark.instrument, &core)
    case .market(.step(let step)): follow(step.instrument, &core)
    case .market, .serverTime, .budget, .intentDurable, .protocolProblem, .started, .loopLate: break
    case .account, .outcome, .link, .command, .timer, .journalFailed, .journalRecovered:
      goOn(&core)
    }
  }

  /// The price of an instrument moved.
  static func follow(_ instrument: InstrumentID, _ core: inout EngineCore) {
    TrailRules.follow(instrument, &core)
    EntryRules.follow(instrument, &core)
  }

  /// Gives an action up.
  static func abandon(_ id: PlanID, _ reason: String, _ core: inout EngineCore) -> Bool {
    guard let plan = core.plans.first(where: { $0.id == id }) else { return false }
    if case .flatten(let scope) = plan.work { core.flattening.removeAll { $0 == scope } }
    end(plan, .abandoned, reason, &core)
    return true
  }

  /// Gives up the actions of one instrument or of all (nil) that match.
  static func abandonAll(
    _ instrument: InstrumentID?, _ reason: String, _ core: inout EngineCore,
    where matches: (PlanWork) -> Bool
  ) {
    for plan in core.plans where instrument == nil || plan.work.instrument == instrument {
      if matches(plan.work) { _ = abandon(plan.id, reason, &core) }
    }
  }

  private static func goOn(_ core: inout EngineCore) {
    guard core.step == .ready else { return }
    for id in core.plans.map(\.id) { goOn(id, &core) }
    if !core.plans.isEmpty { core.schedule(.plans, in: spacing) }
  }

  /// Goes on with one action now.
  static func goOnNow(_ id: PlanID, _ core: inout EngineCore) { goOn(id, &core) }

  private static func goOn(_ id: PlanID, _ core: inout EngineCore) {
    for _ in 0..<stepsPerLook {
      guard let place = core.plans.firstIndex(where: { $0.id == id }) else { return }
      let plan = core.plans[place]
      let now = core.now
      switch look(plan, &core) {
      case .waiting: return
      case .acted:
        update(id, &core) {
          $0.actedAt = now
          $0.attempts += 1
        }
        return
      case .moved(let work):
        update(id, &core) {
          $0.work = work
          $0.actedAt = nil
          $0.attempts = 0
        }
        if let moved = core.plans.first(where: { $0.id == id }) {
          write(moved, .open, work.step, &core)
        }
      case .done(let text): return end(plan, .done, text, &core)
      case .abandoned(let text): return end(plan, .abandoned, text, &core)
      }
    }
  }

  private static func look(_ plan: ActionPlan, _ core: inout EngineCore) -> PlanProgress {
    if let key = plan.work.heldKey, let held = core.book.account.positions[key],
      core.isOpened(held.cycle.openedAt, after: plan.startedAt)
    {
      // What was wanted of one position is not wanted of the next (R06).
      return .abandoned("the position ended, and another was opened")
    }
    switch plan.work {
    case .reverse(let work): return ReverseRules.look(work, plan, &core)
    case .scaleIn(let work): return ScaleInRules.look(work, plan, &core)
    case .targets(let work): return TargetRules.look(work, plan, &core)
    case .oneOf(let work): return OneOfRules.look(work, plan, &core)
    case .trail(let work): return TrailRules.look(work, plan, core)
    case .amend(let work): return AmendRules.look(work, plan, &core)
    case .entry(let work): return EntryRules.look(work, plan, &core)
    case .flatten(let scope):
      return core.flattening.contains(scope) ? .waiting : .done("flat")
    }
  }

  /// Changes an action and writes it down.
  static func update(
    _ id: PlanID, _ core: inout EngineCore, _ change: (inout ActionPlan) -> Void
  ) {
    guard let place = core.plans.firstIndex(where: { $0.id == id }) else { return }
    var plan = core.plans[place]
    change(&plan)
    core.plans[place] = plan
  }

  private static func end(
    _ plan: ActionPlan, _ state: PlanRecord.State, _ text: String, _ core: inout EngineCore
  ) {
    core.plans.removeAll { $0.id == plan.id }
    let record = record(of: plan, state, text, at: core.now)
    core.endedPlans.append(record)
    core.journal(.plan(record))
    core.notify(
      state == .done ? .notice : .warning,
      "\(plan.work.kind) \(state == .done ? "done" : "given up"): \(text)", plan.work.instrument)
  }

  /// Writes an action down as it stands.
  static func write(
    _ plan: ActionPlan, _ state: PlanRecord.State, _ step: String, _ core: inout EngineCore
  ) {
    core.journal(.plan(record(of: plan, state, step, at: core.now)))
  }

  private static func record(
    of plan: ActionPlan, _ state: PlanRecord.State, _ step: String, at now: Timestamp
  ) -> PlanRecord {
    var writer = ByteWriter()
    writer.put(plan.work)
    return PlanRecord(
      id: plan.id, kind: plan.work.kind, instrument: plan.work.instrument, source: plan.source,
      state: state, step: step, body: writer.bytes, startedAt: plan.startedAt, at: now)
  }
}

extension EngineCore {
  /// Whether the exchange opened something after a moment of ours, however the clocks differ.
  func isOpened(_ openedAt: Timestamp, after moment: Timestamp) -> Bool {
    let tolerance: TimeSpan = clock.offset == nil ? .minutes(2) : .seconds(5)
    return openedAt - (clock.offset ?? .zero) - moment > tolerance
  }

  /// Whether an opening order of ours on a position may still trade.
  func isOpening(_ key: PositionKey) -> Bool {
    book.account.orders.open.contains {
      $0.isOwn && $0.addsExposure && $0.instrument == key.instrument && $0.slot == key.slot
        && $0.marginMode == key.marginMode
    }
  }

  /// Whether an order that closes at market is on its way for a position, sent at `since` or later.
  func isClosing(_ key: PositionKey, since: Timestamp = .earliestPlausible) -> Bool {
    book.account.orders.open.contains {
      $0.isOwn && $0.reduceOnly && $0.type == .market && $0.instrument == key.instrument
        && $0.slot == key.slot && $0.marginMode == key.marginMode && $0.state != .lost
        && $0.createdAt >= since
    }
  }

  /// Whether a cancel may be sent without a person asking for it: none is on its way, and none was
  /// refused a moment ago of an order whose outcome is being asked for.
  func mayCancel(_ order: TrackedOrder) -> Bool {
    guard order.state != .pendingCancel, order.state != .lost else { return false }
    let refusedAt = order.clientOrderID.flatMap { questions[$0]?.cancelRefusedAt }
    return refusedAt.map { now - $0 >= QuestionRules.cancelPatience } ?? true
  }

  /// Whether fills of an instrument are known that no report of positions has shown yet.
  func hasUnreported(_ instrument: InstrumentID) -> Bool {
    book.account.positions.unreported.contains { $0.instrument == instrument }
  }
}
