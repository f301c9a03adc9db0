import AccountData
import Alerts
import MarketData
import Risk
import Trading
import Units

/// What is known of the rules of the instruments.
struct RulesReading: Sendable, Hashable {
  /// When they were last read, nil before the first time.
  var readAt: Timestamp?
  /// Whether the account stream was lost since: the exchange may have changed them meanwhile.
  var isDoubted = false
  /// Instruments whose contract or tick changed while something was open in them.
  var disturbed: [InstrumentID] = []
}

/// Keeps the rules of the instruments up to date: they are read at the start, with every new
/// connection of the account and now and then (B12, X14).
enum InstrumentRules {
  /// Reads them unless that is under way.
  static func read(_ core: inout EngineCore) {
    guard !core.requests.isWaiting({ $0 == .instruments }) else { return }
    core.send(.instruments) { .instruments($0) }
  }

  /// Reads them again after the account stream was lost; nothing is opened before they came.
  static func readAnew(_ core: inout EngineCore) {
    core.rules.isDoubted = true
    read(&core)
  }

  /// The request for them was answered; what it brought came as an event before.
  static func answered(_ outcome: Outcome, _ core: inout EngineCore) {
    guard let text = OutcomeRules.failureText(outcome) else { return }
    let sentence = "the rules of the instruments were not read: \(text)"
    guard core.rules.readAt != nil else {
      // A start tries again every few seconds; it is told once why it waits.
      if !core.notices.contains(where: { $0.text == sentence }) { core.notify(.warning, sentence) }
      return StartupRules.failed(&core)
    }
    core.notify(.warning, sentence)
    let first = core.settings.timing.startupRetry
    core.schedule(.instruments, in: core.backoff(2, first: first, last: first + first))
  }

  /// They were read.
  static func came(_ event: MarketEvent, _ core: inout EngineCore) {
    let watched = watched(core)
    let before = watched.map { core.markets[$0]?.instrument }
    let isFirst = core.markets.count == 0
    let change = core.markets.apply(event, at: core.now)
    if !core.alerts.book.isEmpty { AlertRules.take(event, change, &core) }
    core.rules.readAt = core.now
    core.rules.isDoubted = false
    core.schedule(.instruments, in: core.settings.timing.instrumentsInterval)
    var isNewlyListed = false
    for (id, old) in zip(watched, before) {
      guard let new = core.markets[id]?.instrument, new != old else { continue }
      if old == nil { isNewlyListed = true }
      compare(old, with: new, &core)
      let isAgain = old.map { $0.status != .live } ?? false
      if isAgain, new.status == .live { ProtectionRules.takesOrdersAgain(id, &core) }
    }
    if isNewlyListed, !isFirst { StartupRules.subscribe(&core) }
    StartupRules.instrumentsCame(isFirst: isFirst, &core)
  }

  /// The account was read: an instrument in which nothing is open any more is like any other.
  static func accountCame(_ core: inout EngineCore) {
    for id in core.rules.disturbed where !isTaken(id, core) {
      core.rules.disturbed.removeAll { $0 == id }
      core.notify(.notice, "\(id) is flat: its new contract is in force", id)
    }
  }

  private static func compare(
    _ old: Instrument?, with new: Instrument, _ core: inout EngineCore
  ) {
    let id = new.id
    let isTaken = isTaken(id, core)
    if new.status != old?.status ?? .live {
      if new.status == .live {
        core.notify(.notice, "\(id) takes orders again", id)
      } else {
        core.notify(isTaken ? .alarm : .warning, "\(id) takes no orders now", id)
      }
    }
    guard let old else { return }
    let changes = new.changes(from: old)
    guard !changes.isEmpty else { return }
    core.notify(.warning, "the rules of \(id) changed: \(changes.joined(separator: ", "))", id)
    StartupRules.readTiers(id, &core)
    let isOther = new.contractValue != old.contractValue || new.tickSize != old.tickSize
    guard isOther, isTaken, !core.rules.disturbed.contains(id) else { return }
    core.rules.disturbed.append(id)
    core.notify(
      .alarm,
      "the contract of \(id) changed while something is open in it: nothing more is opened in it "
        + "until it is flat",
      id)
    // How many contracts that is now, the exchange says.
    StartupRules.readAccountAnew(&core)
  }

  /// The instruments of which people are told.
  private static func watched(_ core: EngineCore) -> [InstrumentID] {
    var ids = core.settings.pairs.map(\.instrument)
    for held in core.account.positions.held where !ids.contains(held.key.instrument) {
      ids.append(held.key.instrument)
    }
    return ids
  }

  private static func isTaken(_ id: InstrumentID, _ core: EngineCore) -> Bool {
    core.account.positions.held.contains { $0.key.instrument == id }
      || core.account.orders.open.contains { $0.instrument == id }
  }
}

extension Instrument {
  /// Says what is another rule than before, with both numbers; the status is not among it.
  fileprivate func changes(from old: Instrument) -> [String] {
    [
      ("coins per contract", old.contractValue.value, contractValue.value),
      ("tick size", old.tickSize.value, tickSize.value),
      ("lot size", old.lotSize.value, lotSize.value),
      ("least order", old.minimumContracts.value, minimumContracts.value),
      ("largest limit order", old.maximumLimitContracts.value, maximumLimitContracts.value),
      ("largest market order", old.maximumMarketContracts.value, maximumMarketContracts.value),
      ("highest leverage", old.maximumLeverage.value, maximumLeverage.value),
    ].filter { $0.1 != $0.2 }.map { "\($0.0) \($0.2), was \($0.1)" }
  }
}

extension RulesReading: BinaryEncodable {
  func encode(into writer: inout ByteWriter) {
    writer.put(readAt)
    writer.put(isDoubted)
    writer.put(disturbed)
  }
}
