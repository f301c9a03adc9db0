import Engine
import Logging
import Risk
import Trading

/// Logs each request that changes something, and its answer under the same id; those that only read
/// are logged at debug.
///
/// The id is the one of the recorded events in the journal; the client order id is that of the
/// journal's intents and orders and of the screen.
nonisolated struct RequestLog {
  private struct Asked {
    let level: Logger.Level
    let values: Logger.Metadata
  }

  private let logger: Logger
  /// What waits for an answer.
  private var asked: [RequestID: Asked] = [:]

  /// More never wait: the engine asks again what was not answered, and the paces hold it back.
  private static let capacity = 4_096

  /// Logs by a logger.
  init(_ logger: Logger) { self.logger = logger }

  /// Notes what the engine wanted.
  mutating func note(_ effect: Effect) {
    switch effect {
    case .submit(let id, let order): note(id, "submit", order.record)
    case .resend(let id, let order): note(id, "resend", order.record)
    case .protect(let id, let protection): note(id, "protect", protection.record)
    case .cancel(let id, let instrument, let order):
      note(id, .info, "cancel", instrument, Self.values(order))
    case .cancelTrigger(let id, let instrument, let order):
      note(id, .info, "cancel trigger", instrument, ["order.exchange_id": "\(order)"])
    case .setLeverage(let id, let instrument, let mode, _, let leverage):
      note(
        id, .info, "set leverage", instrument,
        ["leverage": "\(leverage)", "margin_mode": "\(mode.rawValue)"])
    case .setPositionMode(let id, let mode):
      note(id, .info, "set position mode", nil, ["position_mode": "\(mode)"])
    case .accountSnapshot(let id, _): note(id, .debug, "account snapshot", nil, [:])
    case .orderStatus(let id, let instrument, let order):
      note(id, .debug, "order status", instrument, Self.values(order))
    case .instruments(let id): note(id, .debug, "instruments", nil, [:])
    case .tiers(let id, let instrument, _): note(id, .debug, "tiers", instrument, [:])
    case .candles(let id, let instrument, let frame, _, _):
      note(id, .debug, "candles", instrument, ["frame": "\(frame.rawValue)"])
    case .subscribe(let id, let topics):
      note(id, .debug, "subscribe", nil, ["topics": "\(topics.count)"])
    case .journal, .schedule, .unschedule, .notify, .alert, .alertAcknowledged: break
    }
  }

  /// Notes what came of a request.
  mutating func note(_ outcome: Outcome, of id: RequestID) {
    guard let request = asked.removeValue(forKey: id) else { return }
    var values = request.values
    var level = request.level
    switch outcome {
    case .confirmed(let proof):
      values["outcome"] = "confirmed"
      if case .order(let order?) = proof { values["order.exchange_id"] = "\(order)" }
    case .refused(let refusal):
      level = max(level, .notice)
      values["outcome"] = "refused"
      values["reason"] = "\(refusal.message) (\(refusal.code))"
    case .unknown(let reason):
      level = max(level, .warning)
      values["outcome"] = "unknown"
      values["reason"] = "\(reason)"
    case .notSent(let reason):
      level = max(level, .notice)
      values["outcome"] = "not sent"
      values["reason"] = "\(reason)"
    }
    logger.log(level: level, "answer", metadata: values)
  }

  private mutating func note(_ id: RequestID, _ kind: String, _ record: IntentRecord) {
    note(id, .info, kind, record.instrument, ["order.client_id": "\(record.clientOrderID)"])
  }

  private mutating func note(
    _ id: RequestID, _ level: Logger.Level, _ kind: String, _ instrument: InstrumentID?,
    _ more: Logger.Metadata
  ) {
    // Not even its words are made where nobody reads them; a refusal is then told by the engine.
    guard logger.logLevel <= level else { return }
    if asked.count >= Self.capacity { asked = [:] }
    var values = more
    values["request.id"] = "\(id.number)"
    values["request.kind"] = "\(kind)"
    if let instrument { values["instrument"] = "\(instrument)" }
    asked[id] = Asked(level: level, values: values)
    logger.log(level: level, "request", metadata: values)
  }

  private static func values(_ order: OrderReference) -> Logger.Metadata {
    switch order {
    case .client(let id): ["order.client_id": "\(id)"]
    case .exchange(let id): ["order.exchange_id": "\(id)"]
    }
  }
}
