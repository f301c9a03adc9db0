import Trading
import Units

/// What a request asks.
public enum RequestSubject: Sendable, Hashable {
  indirect case submit(OrderRequest)
  indirect case resend(OrderRequest)
  indirect case protect(ProtectionRequest)
  case cancel(InstrumentID, OrderReference)
  case cancelTrigger(InstrumentID, ExchangeOrderID)
  case setLeverage(InstrumentID, MarginMode, PositionSlot, Leverage)
  case setPositionMode(PositionMode)
  case accountSnapshot
  case orderStatus(InstrumentID, OrderReference)
  case instruments
  case tiers(InstrumentID, MarginMode)
  case candles(InstrumentID, TimeFrame)
  case subscribe(Int)

  /// The request as a word, for the journal.
  public var word: String {
    switch self {
    case .submit: "submit"
    case .resend: "resend"
    case .protect: "protect"
    case .cancel: "cancel"
    case .cancelTrigger: "cancelTrigger"
    case .setLeverage: "setLeverage"
    case .setPositionMode: "setPositionMode"
    case .accountSnapshot: "accountSnapshot"
    case .orderStatus: "orderStatus"
    case .instruments: "instruments"
    case .tiers: "tiers"
    case .candles: "candles"
    case .subscribe: "subscribe"
    }
  }

  /// The request as a line for people.
  public var text: String {
    switch self {
    case .submit(let order), .resend(let order):
      "\(order.side.rawValue) \(order.contracts) \(order.instrument) "
        + (order.type.limitPrice.map { "at \($0)" } ?? "at market") + order.type.manner
        + (order.reduceOnly ? " reduce-only" : "")
    case .protect(let request):
      "protect \(request.key.instrument)"
        + (request.stopLoss.map { " stop \($0.triggerPrice)" } ?? "")
        + (request.takeProfit.map { " target \($0.triggerPrice)" } ?? "")
    case .cancel(let instrument, let reference): "cancel \(instrument) \(reference.text)"
    case .cancelTrigger(let instrument, let id): "cancel trigger \(instrument) \(id)"
    case .setLeverage(let instrument, let mode, _, let leverage):
      "leverage \(instrument) \(mode.rawValue) \(leverage)x"
    case .setPositionMode(let mode): "position mode \(mode.rawValue)"
    case .accountSnapshot: "read the account"
    case .orderStatus(let instrument, let reference): "ask for \(instrument) \(reference.text)"
    case .instruments: "read the instruments"
    case .tiers(let instrument, let mode): "read tiers \(instrument) \(mode.rawValue)"
    case .candles(let instrument, let timeFrame): "read candles \(instrument) \(timeFrame.rawValue)"
    case .subscribe(let count): "subscribe to \(count) channels"
    }
  }

  /// The instrument that it is about, nil when it is about the account.
  public var instrument: InstrumentID? {
    switch self {
    case .submit(let order), .resend(let order): order.instrument
    case .protect(let request): request.key.instrument
    case .cancel(let id, _), .cancelTrigger(let id, _), .setLeverage(let id, _, _, _),
      .orderStatus(let id, _), .tiers(let id, _), .candles(let id, _):
      id
    case .setPositionMode, .accountSnapshot, .instruments, .subscribe: nil
    }
  }

  /// Whether it speaks with the account's key; market data is there for everyone.
  var isSigned: Bool {
    switch self {
    case .submit, .resend, .protect, .cancel, .cancelTrigger, .setLeverage, .setPositionMode,
      .accountSnapshot, .orderStatus:
      true
    case .instruments, .tiers, .candles, .subscribe: false
    }
  }

  /// Whether it sends the order with an id.
  func sends(_ id: ClientOrderID) -> Bool {
    switch self {
    case .submit(let order), .resend(let order): order.clientOrderID == id
    case .protect, .cancel, .cancelTrigger, .setLeverage, .setPositionMode, .accountSnapshot,
      .orderStatus, .instruments, .tiers, .candles, .subscribe:
      false
    }
  }

  /// Our id of the order that it is about, nil when it is about none.
  public var clientOrderID: ClientOrderID? {
    switch self {
    case .submit(let order), .resend(let order): return order.clientOrderID
    case .protect(let request): return request.clientOrderID
    case .cancel(_, .client(let id)), .orderStatus(_, .client(let id)): return id
    case .cancel, .orderStatus, .cancelTrigger, .setLeverage, .setPositionMode, .accountSnapshot,
      .instruments, .tiers, .candles, .subscribe:
      return nil
    }
  }
}

/// A request that left and what became of it.
public struct RequestLine: Sendable, Hashable {
  /// Its number.
  public let id: RequestID
  /// What it asks.
  public let subject: RequestSubject
  /// When the engine asked for it.
  public let sentAt: Timestamp
  /// What became of it, nil while no word has come.
  public internal(set) var answer: AnswerRecord?
}

/// The newest requests with their outcomes, and those that wait for one.
public struct RequestLog: Sendable, Equatable {
  /// Requests without an answer, in the order in which they left.
  public private(set) var waiting: [RequestLine] = []
  /// Answered requests, oldest first.
  public private(set) var answered = RecentList<RequestLine>(capacity: RequestLog.capacity)

  /// The most answered requests that are kept.
  public static let capacity = 200

  /// Notes a request that leaves.
  mutating func add(_ id: RequestID, _ subject: RequestSubject, at now: Timestamp) {
    waiting.append(RequestLine(id: id, subject: subject, sentAt: now, answer: nil))
  }

  /// Notes the answer and returns the request; nil when none with this number waits.
  mutating func answer(_ id: RequestID, _ outcome: Outcome, at now: Timestamp) -> RequestLine? {
    guard let position = waiting.firstIndex(where: { $0.id == id }) else { return nil }
    var line = waiting.remove(at: position)
    line.answer = AnswerRecord(
      id: id, kind: line.subject.word, instrument: line.subject.instrument,
      clientOrderID: line.subject.clientOrderID, sentAt: line.sentAt, outcome: outcome, at: now)
    answered.append(line)
    return line
  }

  /// Whether a request that matches waits for its answer.
  func isWaiting(_ matches: (RequestSubject) -> Bool) -> Bool {
    waiting.contains { matches($0.subject) }
  }
}
