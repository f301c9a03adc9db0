import EventLoop
import Exchanges
import Trading
import Units

extension BloFinExchange {
  /// How far back the first snapshot reads fills at least: the figures of the day are made of them.
  private static let fillHorizon = TimeSpan.days(1)
  /// How far back it reads them at most, after a long time without the program.
  private static let fillHorizonMaximum = TimeSpan.days(90)
  /// How many milliseconds the first snapshot waits for the funding since the last run.
  private static let fundingPatience: Int64 = 2_000

  /// How many milliseconds the rest of the first snapshot has to follow what is held and what
  /// guards it, before these are told alone.
  private static let holdingsDelay: Int64 = 250

  /// Reads a snapshot with the fills since the last one, once the account is known to be ours.
  func readAccount(leveragesOf places: [LeveragePlace], _ done: @escaping Done) {
    admit { [weak self] instead in
      if let instead { done(instead) } else { self?.readAdmitted(places, done) }
    }
  }

  private func readAdmitted(_ places: [LeveragePlace], _ done: @escaping Done) {
    let startedAt = exchangeNow
    let askedAt = now
    // Until the account was told once nobody knows what is naked: that is looked for with what is
    // kept for taking risk off.
    let isFirst = !hasToldAccount
    let history =
      fillHistory
      ?? FillHistory(
        calls, catalog,
        since: fillsKnownTo.map { $0 - FillHistory.overlap }
          ?? Self.firstFills(startedAt, known: knownBefore.newestFill),
        at: startedAt)
    fillHistory = history
    let shown: AccountReader.Shown = { [weak self] positions, triggers in
      guard let self, isFirst else { return }
      loop.schedule(after: Self.holdingsDelay) { [weak self] in
        guard let self, !hasToldAccount else { return }
        for order in triggers { triggerKinds.note(order) }
        deliver(.account(.holdings(positions, triggers, askedAt: askedAt)))
      }
    }
    _ = AccountReader(
      calls, catalog, places, history, at: startedAt,
      lane: isFirst ? .riskReducing : .ordinary, shown: shown
    ) { [weak self] result, leverageProblem in
      guard let self else { return }
      tellOfLeverages(leverageProblem)
      switch result {
      case .success(let snapshot):
        fillsKnownTo = startedAt
        fillHistory = nil
        for order in snapshot.triggerOrders { triggerKinds.note(order) }
        tell(snapshot, readAt: startedAt, done)
      case .failure(let unproven): done(unproven.outcome)
      }
    }
  }

  /// Says once why leverages cannot be read: without them nothing is opened.
  private func tellOfLeverages(_ problem: String?) {
    guard problem != leverageProblem else { return }
    leverageProblem = problem
    if let problem { deliver(.protocolProblem("the leverages could not be read: \(problem)")) }
  }

  /// Returns since when the first snapshot reads fills, after a run whose newest one is `known`.
  static func firstFills(_ now: Timestamp, known: Timestamp?) -> Timestamp {
    let usual = now - fillHorizon
    guard let known else { return usual }
    return max(min(known - FillHistory.overlap, usual), now - fillHorizonMaximum)
  }

  /// Tells of the account; what was settled while the program was down comes first, for the
  /// positions that it was paid for may be gone in the snapshot.
  private func tell(
    _ snapshot: AccountSnapshot, readAt moment: Timestamp,
    _ done: @escaping @MainActor (Outcome) -> Void
  ) {
    guard !hasToldAccount, knownBefore.fundingsFrom != nil else {
      hasToldAccount = true
      done(.confirmed(.account(snapshot)))
      return readFundings(at: moment) {}
    }
    let first: @MainActor () -> Void = { [weak self] in
      guard let self, !hasToldAccount else { return }
      hasToldAccount = true
      done(.confirmed(.account(snapshot)))
    }
    readFundings(at: moment, first)
    // The account is more urgent than what was paid: that is then told later.
    loop.schedule(after: Self.fundingPatience, first)
  }

  /// Goes on where an earlier run stopped: the first reading of the account brings the fills and
  /// the funding since. Called before the account is read.
  public func resume(after known: KnownBefore) {
    knownBefore = known
    if let moment = known.fundingsFrom {
      fundingWatch.resume(from: moment, known: known.fundings)
    }
  }

  /// Reads what was paid for holding positions, where it may have been settled; `done` follows what
  /// is told of it.
  private func readFundings(at moment: Timestamp, _ done: @escaping @MainActor () -> Void) {
    guard let since = fundingWatch.due(at: moment) else { return done() }
    calls.readAll(Lists.fundings(since: since), lane: .ordinary) { [weak self] result in
      guard let self else { return }
      defer { done() }
      var rows: [Bill]?
      switch result {
      case .success(let found): rows = found
      case .failure(let unproven):
        if case .refused(let refusal) = unproven.outcome,
          Refusals.noSuchCall.contains(refusal.code)
        {
          fundingWatch.giveUp()
          deliver(.protocolProblem("funding is not counted: \(refusal.message)"))
        }
      }
      for payment in fundingWatch.answered(rows) {
        deliver(
          .account(.funding(payment.instrument, payment.amount, at: payment.settledAt)))
      }
    }
  }
}
