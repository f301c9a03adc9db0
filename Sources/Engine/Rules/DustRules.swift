import AccountData
import MarketData
import Risk
import Trading
import Units

/// What is left of a position and too little for an order: the exchange takes the exit or does not,
/// and asking again and again changes nothing (K12).
enum DustRules {
  /// Whether a position is below the least order and the exchange has refused to close all of it
  /// since a flattening of it began.
  static func isLeft(_ held: HeldPosition, _ core: EngineCore) -> Bool {
    let begun = core.plans.compactMap { plan -> Timestamp? in
      guard case .flatten(let scope) = plan.work,
        scope ?? held.key.instrument == held.key.instrument
      else { return nil }
      return plan.startedAt
    }
    return begun.max().map { rest(of: held, since: $0, core) != nil } ?? false
  }

  /// What is to be said of a position, or of so many contracts of it, that are below the least
  /// order and that the exchange has refused to close since a moment; nil while they may be closed.
  static func rest(
    of held: HeldPosition, contracts: Contracts? = nil, since moment: Timestamp,
    _ core: EngineCore
  ) -> String? {
    let contracts = contracts ?? held.report.contracts
    guard let least = least(held, core), contracts < least,
      let rules = core.markets[held.key.instrument]?.instrument
    else { return nil }
    let size = rules.closable(contracts)
    let isRefused = core.requests.answered.contains { line in
      line.sentAt >= moment && line.answer?.result == .refused
        && line.subject.closes(size, of: held.key)
    }
    guard isRefused else { return nil }
    return "\(contracts) contracts stay: the least order is \(least) and the exchange does not "
      + "take less; close them there"
  }

  /// Says what a flattening leaves behind.
  static func tell(_ dust: [HeldPosition], _ core: inout EngineCore) {
    for held in dust {
      guard let least = least(held, core) else { continue }
      core.notify(
        .warning,
        "flat but for \(held.report.contracts) contracts of \(held.key.instrument): the least "
          + "order is \(least) and the exchange does not take less; close them there",
        held.key.instrument)
    }
  }

  private static func least(_ held: HeldPosition, _ core: EngineCore) -> Contracts? {
    core.markets[held.key.instrument].map {
      max($0.instrument.minimumContracts, $0.instrument.lotSize)
    }
  }
}

extension RequestSubject {
  /// Whether it is an exit of so many contracts of a position.
  fileprivate func closes(_ contracts: Contracts, of key: PositionKey) -> Bool {
    switch self {
    case .submit(let request), .resend(let request):
      request.reduceOnly && request.contracts == contracts
        && request.instrument == key.instrument && request.slot == key.slot
        && request.marginMode == key.marginMode
    case .protect, .cancel, .cancelTrigger, .setLeverage, .setPositionMode, .accountSnapshot,
      .orderStatus, .instruments, .tiers, .candles, .subscribe:
      false
    }
  }
}
