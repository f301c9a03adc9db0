import AccountData
import Risk
import Trading
import Units

/// How often the close of a position without a stop was tried.
struct ClosingTries: BinaryEncodable, Sendable, Hashable {
  /// The size that was to be closed; with another one the count begins anew.
  var contracts = Contracts.zero
  var count = 0
  /// Before this moment none is tried again; nil before the first.
  var next: Timestamp?

  func encode(into writer: inout ByteWriter) {
    writer.put(contracts)
    writer.put(count)
    writer.put(next)
  }
}

extension ProtectionRules {
  /// The longest wait between two closes of a position that has no stop. Exits that are refused use
  /// up the requests that other positions need for theirs (H07, H12).
  static let closingPause = TimeSpan.seconds(30)

  /// Closes a position that cannot get its stop; twice at once, then ever more seldom while it is
  /// refused (O23).
  static func giveUp(_ key: PositionKey, _ reason: String, _ core: inout EngineCore) {
    let grace = core.settings.timing.protectionGrace
    let contracts = core.book.account.positions[key]?.report.contracts ?? .zero
    var tries = core.guards[key]?.closing ?? ClosingTries()
    if tries.contracts != contracts { tries = ClosingTries(contracts: contracts) }
    if let next = tries.next, core.now < next {
      return core.schedule(.protection(key), in: next - core.now)
    }
    // An exit whose answer is still out is waited for a moment; it may only be late.
    guard !core.isClosing(key, since: core.now - RiskContext.closingPatience) else {
      return core.schedule(.protection(key), in: grace)
    }
    tries.count += 1
    let pause =
      tries.count == 1
      ? grace : core.backoff(tries.count, first: grace, last: closingPause)
    tries.next = core.now + pause
    core.guards.update(key) { $0.closing = tries }
    core.schedule(.protection(key), in: pause)
    CommandRules.close(
      ClosingIntent(key: key), source: .engine, reasons: ["unprotected: \(reason)"], &core)
    let cancels = takeBackOpenings(of: key, &core)
    // Said at the first and whenever it was tried twice as often.
    if tries.count & (tries.count - 1) == 0 {
      let often = tries.count == 1 ? "" : ", try \(tries.count)"
      core.notify(
        .alarm,
        "closing the unprotected position\(often): \(reason)"
          + (cancels ? ", and our entries there are canceled" : ""),
        key.instrument)
    }
  }

  /// Takes back what of ours would make the position larger or open it again: what fills next would
  /// be as naked. Whether an order of that kind rests.
  private static func takeBackOpenings(of key: PositionKey, _ core: inout EngineCore) -> Bool {
    let orders = core.book.account.orders
    PlanRules.abandonAll(key.instrument, "the position cannot have its stop", &core) {
      $0.opensLater(key, orders)
    }
    StrategyRules.forgetWaiting(key.instrument, &core)
    return CommandRules.cancelOpening(of: key, &core)
  }

  /// An instrument takes orders again: what could not be closed meanwhile is tried at once.
  static func takesOrdersAgain(_ instrument: InstrumentID, _ core: inout EngineCore) {
    for entry in core.guards.all where entry.key.instrument == instrument && entry.closing != nil {
      core.guards.update(entry.key) { $0.closing = nil }
      review(entry.key, &core)
    }
  }
}

extension PlanWork {
  /// Whether it would open or enlarge a position with an order that is not placed yet.
  fileprivate func opensLater(_ key: PositionKey, _ orders: Orders) -> Bool {
    guard placesLater else { return false }
    switch self {
    case .entry(let plan): return plan.opening.isOf(key)
    case .reverse(let plan): return plan.key == key
    case .oneOf(let plan): return plan.first.isOf(key) || plan.second.isOf(key)
    case .amend(let plan):
      return orders[plan.order].map { !$0.reduceOnly && $0.positionKey == key } ?? false
    case .scaleIn, .targets, .trail, .flatten: return false
    }
  }
}

extension OpeningIntent {
  /// Whether it works on a position, or in one-way mode against it.
  fileprivate func isOf(_ key: PositionKey) -> Bool {
    let isOfSlot =
      switch key.slot {
      case .net: true
      case .long: side == .long
      case .short: side == .short
      }
    return isOfSlot && instrument == key.instrument && marginMode == key.marginMode
  }
}
