import Engine
import Glibc
import Journal
import Settings
import Synchronization
import Terminal
import Trading
import Units

/// A folder that only its owner can look into.
enum PrivateFolder {
  /// Makes the folder and those above it that are missing, each with mode 0700.
  static func prepare(_ path: String) throws(ProgramFailure) {
    var made = path.hasPrefix("/") ? "/" : ""
    for part in path.split(separator: "/") {
      made += made.isEmpty || made.hasSuffix("/") ? String(part) : "/" + part
      guard mkdir(made, 0o700) != 0, errno != EEXIST else { continue }
      throw ProgramFailure(
        "Cannot make the folder \(made): \(String(cString: strerror(errno))). "
          + "Choose another with --data.")
    }
    var status = stat()
    guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
      throw ProgramFailure("\(path) is not a folder. Choose another with --data.")
    }
    guard chmod(path, 0o700) == 0 else {
      throw ProgramFailure(
        "Cannot make the folder \(path) private: \(String(cString: strerror(errno))). "
          + "It must belong to you; choose another with --data.")
    }
  }
}

/// What an earlier run left in the journal.
struct JournalRecovery {
  /// What the engine is told of it.
  let recovery: Recovery
  /// What has to be written of what ended with the earlier run.
  let endings: [Record]
  /// When the newest fill in the journal happened, by the exchange's clock; nil without any.
  let newestFill: Timestamp?
  /// Whether the journal knows the account; one that is new, or was deleted, does not.
  let knowsAccount: Bool
  /// Since when settlements of funding may be missing in the journal: an hour before the newest
  /// that is there, for the exchange may have told of that hour in part, or since the oldest
  /// position that is open; nil without either.
  let fundingsFrom: Timestamp?
  /// Settlements since then that are there.
  let fundings: [FundingRecord]

  /// Reads it. A fresh exchange, as on paper, has nothing of earlier orders: only the state of the
  /// bot is carried on, and what was open has ended with the account.
  init(_ store: JournalStore, isFresh: Bool, at now: Timestamp) throws(JournalProblem) {
    let found = try store.read { (reading) throws(JournalProblem) in
      try reading.recoveredState()
    }
    knowsAccount = try store.read { (reading) throws(JournalProblem) in
      try reading.knowsAccount()
    }
    newestFill = found.newestFill
    fundingsFrom =
      found.newestFundings.last.map { $0.settledAt - .minutes(60) + .milliseconds(1) }
      ?? found.openCycles.map(\.openedAt).min()
    fundings = found.newestFundings
    if isFresh {
      // Alerts are of the user, not of the account: they live on.
      recovery = Recovery(
        state: found.botState, alerts: found.alerts, strategies: found.strategies)
      endings =
        found.openCycles.map { Self.ended($0, at: now) }
        + found.openOrders.compactMap { Self.ended($0, .expired, Self.cause, at: now) }
        + found.openPlans.map { Self.ended($0, at: now) }
    } else {
      let gone = found.openOrders.filter { Self.isLongLost($0, at: now) }
      recovery = Recovery(
        openIntents: found.openOrders.filter { !gone.contains($0) }.compactMap(\.intent),
        state: found.botState,
        dayStart: found.dayStart, peak: found.peak, openCycles: found.openCycles,
        endedCycles: found.endedCycles, openPlans: found.openPlans, alerts: found.alerts,
        lostOrders: found.openOrders.filter { $0.state == .order(.lost) }.compactMap(
          \.clientOrderID),
        newestFill: found.newestFill, strategies: found.strategies)
      endings = gone.compactMap { Self.ended($0, .rejected, "found nowhere", at: now) }
    }
  }

  /// How long an order that was found nowhere is still asked for by new starts: as long as a run
  /// watches it.
  private static let lostWatch = TimeSpan.minutes(10)

  private static func isLongLost(_ order: RecoveredOrder, at now: Timestamp) -> Bool {
    guard case .order(.lost) = order.state, let intent = order.intent else { return false }
    return now - intent.at >= lostWatch
  }

  private static let cause = "the paper account ended with its run"

  private static func ended(_ cycle: PositionCycle, at now: Timestamp) -> Record {
    var cycle = cycle
    cycle.closedAt = max(now, cycle.openedAt)
    cycle.ending = .accountEnded
    return .positionCycle(cycle, at: now)
  }

  private static func ended(_ plan: PlanRecord, at now: Timestamp) -> Record {
    .plan(
      PlanRecord(
        id: plan.id, kind: plan.kind, instrument: plan.instrument, source: plan.source,
        state: .abandoned, step: cause, body: plan.body, startedAt: plan.startedAt, at: now))
  }

  private static func ended(
    _ order: RecoveredOrder, _ state: OrderState, _ cause: String, at now: Timestamp
  ) -> Record? {
    guard let side = order.side else { return nil }
    switch order.state {
    case .order:
      return .orderChanged(
        OrderChange(
          clientOrderID: order.clientOrderID, exchangeOrderID: order.exchangeOrderID,
          instrument: order.instrument, side: side, state: state,
          filledContracts: order.filledContracts, averagePrice: nil, cause: cause, at: now))
    case .trigger:
      return .triggerChanged(
        TriggerChange(
          clientOrderID: order.clientOrderID, exchangeOrderID: order.exchangeOrderID,
          instrument: order.instrument, side: side, state: .canceled, takeProfit: nil,
          stopLoss: nil, cause: cause, at: now))
    }
  }
}

/// The environment of the process.
enum ProcessEnvironment {
  /// All variables by name.
  static var all: [String: String] {
    var result: [String: String] = [:]
    var entry = environ
    while let text = entry.pointee {
      let line = String(cString: text)
      if let equals = line.firstIndex(of: "=") {
        result[String(line[..<equals])] = String(line[line.index(after: equals)...])
      }
      entry += 1
    }
    return result
  }
}

/// Carries the answer of a queue to a thread that waits for it.
final class ResultBox: Sendable {
  private let stored = Mutex<Result<Void, JournalProblem>?>(nil)

  func set(_ result: Result<Void, JournalProblem>) {
    stored.withLock { $0 = result }
  }

  /// The answer, after it was given.
  func get() throws(JournalProblem) {
    guard let result = stored.withLock({ $0 }) else {
      preconditionFailure("the answer is asked for after it was given")
    }
    try result.get()
  }
}

/// What a command prints; written at once, also into a pipe.
enum StandardOutput {
  /// Writes a line; ends the program with 1 and a sentence where that is not possible.
  static func write(_ line: String) {
    do throws(ProgramFailure) {
      try ReportOutput.write(line)
    } catch {
      StandardError.write("Error: \(error)")
      exit(1)
    }
  }
}

/// Text for people outside of the screen.
enum StandardError {
  /// Writes a line.
  static func write(_ line: String) {
    var text = line + "\n"
    _ = text.withUTF8 { Glibc.write(2, $0.baseAddress, $0.count) }
  }
}

extension ColorSetting {
  /// The level that was asked for, nil when the terminal decides.
  var level: ColorLevel? {
    switch self {
    case .automatic: nil
    case .mono: .mono
    case .sixteen: .sixteen
    case .indexed: .indexed
    case .truecolor: .truecolor
    }
  }
}

extension SchemeSetting {
  /// The colors of the terminal's palette.
  var palette: Palette.Scheme {
    switch self {
    case .greenRed: .greenRed
    case .blueOrange: .blueOrange
    case .redUp: .redUp
    }
  }
}

extension BackgroundSetting {
  /// Whether it is light, nil when the terminal decides.
  var isLight: Bool? {
    switch self {
    case .automatic: nil
    case .dark: false
    case .light: true
    }
  }
}
