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
    guard let least = least(held, core), held.report.contracts < least else { return false }
    let begun = core.plans.compactMap { plan -> Timestamp? in
      guard case .flatten(let scope) = plan.work,
        scope ?? held.key.instrument == held.key.instrument
      else { return nil }
      return plan.startedAt
    }
    guard let newest = begun.max(), let rules = core.markets[held.key.instrument]?.instrument
    else { return false }
    let size = rules.closable(held.report.contracts)
    return core.requests.answered.contains { line in
      line.sentAt >= newest && line.answer?.result == .refused
        && line.subject.closes(size, of: held.key)
    }
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
