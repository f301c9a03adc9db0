import CPlainSQLite
import Foundation
import Journal
import Synchronization
import Trading
import Units

/// How fast the journal is on this disk, beside what plain SQLite takes on it.
struct JournalFigures {
  let folder: String

  private static let rounds = 15
  private static let commitsPerRound = 200
  private static let groupRows = 150_000
  private static let startRows = 1_000_000
  private static let began = Timestamp(year: 2026, month: 3, day: 31, hour: 8)
  private static let run = RunID(prefix: "p", startedAt: began)

  func measure() throws -> [Figure] {
    let (plain, ours, ratio) = try oneAtATime()
    return [
      Figure(
        name: "journal: one durable row, plain SQLite in C", value: plain * 1e6, unit: "us",
        places: 1),
      Figure(
        name: "journal: one durable intent at a time", value: ours * 1e6, unit: "us", places: 1),
      Figure(
        name: "journal: the intent beside the plain row", value: ratio, unit: "times",
        places: 2, limit: .atMost(1.2)),
      Figure(
        name: "journal: durable rows by group commit", value: try groups(), unit: "rows/s",
        limit: .atLeast(100_000)),
      Figure(
        name: "journal: start with a million rows", value: try start(), unit: "s", places: 2,
        limit: .atMost(2)),
    ]
  }

  /// Medians of the seconds for one row, and of how the two compare: in pairs of short rounds, one
  /// after the other, so that both meet the same disk and the same neighbors.
  private func oneAtATime() throws -> (plain: Double, ours: Double, ratio: Double) {
    var plain: [Double] = []
    var ours: [Double] = []
    for round in 0..<Self.rounds {
      let path = folder + "/plain-\(round).db"
      var taken = [Double](repeating: 0, count: Self.commitsPerRound)
      guard plain_sqlite_commits(path, Int32(taken.count), &taken) == 1 else {
        throw CocoaError(.fileWriteUnknown)
      }
      plain.append(median(taken))
      try remove(path)
      ours.append(median(try intents(round)))
    }
    return (median(plain), median(ours), median(zip(ours, plain).map { $0 / $1 }))
  }

  /// The seconds that each intent took from being handed in to the answer that it is durable.
  private func intents(_ round: Int) throws -> [Double] {
    let path = folder + "/intents-\(round)/journal.sqlite"
    let store = try open(path)
    let records = (0..<Self.commitsPerRound).map { Self.intent(UInt64($0)) }
    let waiter = Waiter()
    let taken = try records.map { record in
      let start = seconds(CLOCK_MONOTONIC)
      try waiter.wait { store.write([record], completion: $0) }
      return seconds(CLOCK_MONOTONIC) - start
    }
    try store.close()
    try remove((path as NSString).deletingLastPathComponent)
    return taken
  }

  /// Rows a second when each row is a durable write of its own and many wait at once.
  private func groups() throws -> Double {
    var rates: [Double] = []
    for round in 0..<3 {
      let path = folder + "/group-\(round)/journal.sqlite"
      let store = try open(path)
      let records = (0..<Self.groupRows).map(Self.fill)
      let failures = Mutex(0)
      let done = DispatchSemaphore(value: 0)
      let start = seconds(CLOCK_MONOTONIC)
      for (index, record) in records.enumerated() {
        store.write([record], durability: .full) { result in
          if case .failure = result { failures.withLock { $0 += 1 } }
          if index == Self.groupRows - 1 { done.signal() }
        }
      }
      done.wait()
      rates.append(Double(Self.groupRows) / (seconds(CLOCK_MONOTONIC) - start))
      try store.close()
      try remove((path as NSString).deletingLastPathComponent)
      guard failures.withLock({ $0 }) == 0 else { throw CocoaError(.fileWriteUnknown) }
    }
    return median(rates)
  }

  /// Seconds to open a journal of a million rows and to read what a start must know.
  private func start() throws -> Double {
    let path = folder + "/start/journal.sqlite"
    let store = try open(path)
    let waiter = Waiter()
    for first in stride(from: 0, to: Self.startRows, by: 10_000) {
      let records = (first..<first + 10_000).map(Self.fill)
      try waiter.wait { store.write(records, durability: .normal, completion: $0) }
    }
    try store.close()
    var times: [Double] = []
    for _ in 0..<3 {
      let start = seconds(CLOCK_MONOTONIC)
      let again = try JournalStore.open(path: path, stamp: Self.stamp, at: Self.began)
      let state = try again.read { (reading) throws(JournalProblem) in
        try reading.recoveredState()
      }
      times.append(seconds(CLOCK_MONOTONIC) - start)
      guard state.newestFill != nil else { throw CocoaError(.fileReadCorruptFile) }
      try again.close()
    }
    try remove((path as NSString).deletingLastPathComponent)
    return median(times)
  }

  private func open(_ path: String) throws -> JournalStore {
    let store = try JournalStore.open(path: path, stamp: Self.stamp, at: Self.began)
    let record = RunRecord(
      id: Self.run, programVersion: "bench", seed: 1, settings: "", startedAt: Self.began)
    try Waiter().wait { store.write([.runStarted(record)], completion: $0) }
    return store
  }

  private func remove(_ path: String) throws {
    for suffix in ["", "-wal", "-shm"]
    where FileManager.default.fileExists(atPath: path + suffix) {
      try FileManager.default.removeItem(atPath: path + suffix)
    }
  }

  private static let stamp = JournalStamp(
    environment: "paper", account: "bench", exchange: ExchangeID("blofin"))

  private static func intent(_ sequence: UInt64) -> Trading.Record {
    let request = OrderRequest(
      clientOrderID: ClientOrderID(run: run, sequence: sequence),
      instrument: InstrumentID("BTC-USDT"), side: .buy, marginMode: .isolated,
      type: .limit("94321.5"), contracts: "12.5", reduceOnly: false,
      takeProfit: Trigger(triggerPrice: "97000", source: .mark),
      stopLoss: Trigger(triggerPrice: "93000"))
    return .intent(
      IntentRecord(
        action: .order(request), purpose: .open, source: .keyboard,
        reasons: ["the user asked for it"],
        figures: RiskFigures(
          equity: "10000.123456789012345678", referencePrice: "94321.5", notional: "1179.01875",
          margin: "117.901875", leverage: 10, lossAtStop: "18.2", riskFraction: "0.00182",
          rewardToRisk: "2.03", liquidationPrice: "85210.7"),
        state: .running, at: began + .milliseconds(Int64(sequence))))
  }

  private static func fill(_ number: Int) -> Trading.Record {
    let time = began + .milliseconds(Int64(number))
    return .fill(
      Fill(
        tradeID: TradeID(trusted: String(100_000_000 + number)),
        exchangeOrderID: ExchangeOrderID("88001"),
        clientOrderID: ClientOrderID(run: run, sequence: 1), instrument: InstrumentID("BTC-USDT"),
        side: .buy, slot: .net, price: "94320.1", contracts: "0.1", fee: "0.0056592",
        realizedPnL: "-0.25", exchangeTime: time), at: time)
  }
}

/// Waits on this thread for the answer of the journal's queue.
private final class Waiter: Sendable {
  private let result = Mutex<Result<Void, JournalProblem>?>(nil)
  private let done = DispatchSemaphore(value: 0)

  func wait(_ start: (@escaping JournalStore.Completion) -> Void) throws {
    start { [self] result in
      self.result.withLock { $0 = result }
      done.signal()
    }
    done.wait()
    guard let result = result.withLock({ $0 }) else {
      preconditionFailure("the journal answered")
    }
    try result.get()
  }
}
