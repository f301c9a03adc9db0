import Foundation
import Testing
import Trading
import Units

@testable import Journal

/// A fresh folder; all of them go away when the process ends.
struct TemporaryFolder: Sendable {
  let path: String

  /// Not removed earlier, because a store may live longer than the last line that names its folder.
  private static let base: URL = {
    let url = FileManager.default.temporaryDirectory
      .appendingPathComponent("perpdeck-tests-\(getpid())", isDirectory: true)
    atexit {
      // What cannot be removed lies in the system's temporary folder.
      _ = try? FileManager.default.removeItem(at: TemporaryFolder.base)
    }
    return url
  }()

  init() throws {
    let url = Self.base.appendingPathComponent(UUID().uuidString, isDirectory: true)
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    path = url.path
  }

  /// The path of a journal in a folder that does not exist yet.
  var journal: String { path + "/paper/main/journal.sqlite" }
}

let morning = Timestamp(year: 2026, month: 3, day: 31, hour: 8)
let paperStamp = JournalStamp(environment: "paper", account: "main", exchange: "blofin")

extension ExchangeID: ExpressibleByStringLiteral {
  public init(stringLiteral value: String) { self.init(value) }
}

func later(_ milliseconds: Int64) -> Timestamp { morning + .milliseconds(milliseconds) }

func openJournal(_ folder: TemporaryFolder) throws -> JournalStore {
  try JournalStore.open(path: folder.journal, stamp: paperStamp, at: morning)
}

extension JournalStore {
  /// Writes and waits for the completion.
  func finish(
    _ records: [Trading.Record], durability: Durability? = nil
  ) async -> Result<Void, JournalProblem> {
    await withCheckedContinuation { continuation in
      write(records, durability: durability) { continuation.resume(returning: $0) }
    }
  }

  /// Writes, waits and fails the test when the journal refuses.
  func take(_ records: [Trading.Record], durability: Durability? = nil) async throws {
    try await finish(records, durability: durability).get()
  }
}

extension Result<Void, JournalProblem> {
  /// The problem, nil for success.
  var problem: JournalProblem? {
    switch self {
    case .success: nil
    case .failure(let problem): problem
    }
  }
}

enum Sample {
  static let instrument = InstrumentID("BTC-USDT")
  static let run = RunRecord(
    id: RunID(prefix: "p", startedAt: morning), programVersion: "0.1.0",
    seed: 18_446_744_073_709_551_615, settings: "risk.riskPerTrade: 1 %\n", startedAt: morning)

  static func id(_ sequence: UInt64) -> ClientOrderID {
    ClientOrderID(run: run.id, sequence: sequence)
  }

  static func orderRequest(_ sequence: UInt64, _ type: OrderType = .limit("94321.5"))
    -> OrderRequest
  {
    OrderRequest(
      clientOrderID: id(sequence), instrument: instrument, side: .buy, marginMode: .isolated,
      type: type, contracts: "12.5", reduceOnly: false,
      takeProfit: Trigger(triggerPrice: "97000", source: .mark, execution: .limit("96990.1")),
      stopLoss: Trigger(triggerPrice: "93000"))
  }

  static let figures = RiskFigures(
    equity: "10000.123456789012345678", referencePrice: "94321.5", notional: "1179.01875",
    margin: "117.901875", leverage: 10, lossAtStop: "18.2", riskFraction: "0.00182",
    rewardToRisk: "2.03", liquidationPrice: "85210.7")

  static func intent(_ sequence: UInt64, at: Timestamp = later(10)) -> IntentRecord {
    IntentRecord(
      action: .order(orderRequest(sequence)), purpose: .open, source: .strategy("scaleIn"),
      reasons: ["zone Z-17 was touched", "2 of 4 triggers"], figures: figures, state: .running,
      at: at)
  }

  static let positionKey = PositionKey(
    instrument: instrument, slot: .net, marginMode: .isolated)

  static func protection(_ sequence: UInt64) -> IntentRecord {
    IntentRecord(
      action: .protection(
        ProtectionRequest(
          clientOrderID: id(sequence), key: positionKey, side: .sell, size: .wholePosition,
          takeProfit: nil,
          stopLoss: Trigger(triggerPrice: "93000", source: .index, execution: .market))),
      purpose: .protect, source: .engine, reasons: [], figures: nil, state: .reducing,
      at: later(20))
  }

  static func closing(_ sequence: UInt64) -> IntentRecord {
    IntentRecord(
      action: .closePosition(positionKey, id(sequence)), purpose: .reduce, source: .keyboard,
      reasons: ["the user pressed close"], figures: nil, state: .halted, at: later(30))
  }

  static func change(
    _ sequence: UInt64?, _ state: OrderState, exchangeID: String? = nil, filled: Contracts = 0,
    at: Timestamp = later(40)
  ) -> OrderChange {
    OrderChange(
      clientOrderID: sequence.map(id),
      exchangeOrderID: exchangeID.map(ExchangeOrderID.init(trusted:)),
      instrument: instrument, side: .buy, state: state, filledContracts: filled,
      averagePrice: filled.isZero ? nil : "94320.1", cause: "the exchange said so", at: at)
  }

  static func fill(_ trade: Int, at: Timestamp = later(50)) -> Fill {
    Fill(
      tradeID: TradeID(trusted: String(100_000 + trade)), exchangeOrderID: ExchangeOrderID("88001"),
      clientOrderID: id(1), instrument: instrument, side: .buy, slot: .net, price: "94320.1",
      contracts: "0.1", fee: "0.0056592", realizedPnL: "-0.000000000000000001", exchangeTime: at)
  }

  static var cycle: PositionCycle {
    var cycle = PositionCycle(
      key: positionKey, side: .long, source: .agent("analyst:2"), openedAt: later(50),
      entryPrice: "94320.1", peakContracts: "12.5")
    cycle.initialStop = "93000"
    cycle.initialRisk = "16.5"
    return cycle
  }

  static var closedCycle: PositionCycle {
    var cycle = cycle
    cycle.closedAt = later(90_000)
    cycle.exitPrice = "97000.5"
    cycle.realizedPnL = "33.505"
    cycle.fees = "1.4"
    cycle.funding = "-0.25"
    cycle.bestPrice = "97100"
    cycle.worstPrice = "94000"
    cycle.ending = .takeProfit
    return cycle
  }
}
