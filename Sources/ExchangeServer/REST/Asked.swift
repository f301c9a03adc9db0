import Simulation
import Trading

/// Whom a call names by an id.
///
/// A text that the exchange never gives out as an id is no error of the call: it names nothing, and
/// the answer is the exchange's "does not exist".
enum Asked<Name: Sendable & Hashable>: Sendable, Hashable {
  /// An id that something may have.
  case named(Name)
  /// An id that nothing can have, as it was sent.
  case unknown(id: String)

  /// The name; throws the refusal where nothing can be meant.
  func name(else refusal: APIProblem) throws(APIProblem) -> Name {
    switch self {
    case .named(let name): return name
    case .unknown: throw refusal
    }
  }
}

extension Asked where Name == OrderName {
  /// Reads `orderId` or, without one, `clientOrderId` (152003 without both).
  init(_ parameters: Parameters) throws(APIProblem) {
    if let text = try parameters.text("orderId") {
      self = Self.order(text)
    } else if let text = try parameters.text("clientOrderId") {
      self = ClientOrderID(text).map { .named(.client($0)) } ?? .unknown(id: text)
    } else {
      throw .oneRequired("orderId", "clientOrderId")
    }
  }

  /// Reads an order's number.
  static func order(_ text: String) -> Asked {
    guard let number = OrderNumber(text: text) else { return .unknown(id: text) }
    return .named(.number(number))
  }

  /// Whether the client's id names it.
  var isClient: Bool {
    if case .named(.client) = self { true } else { false }
  }
}

extension Asked where Name == AlgoName {
  /// Reads the id member or, without one, `clientOrderId` (152003 without both).
  init(_ parameters: Parameters, id: String) throws(APIProblem) {
    if let text = try parameters.text(id) {
      guard let number = AlgoNumber(text: text) else {
        self = .unknown(id: text)
        return
      }
      self = .named(.number(number))
    } else if let text = try parameters.text("clientOrderId") {
      self = ClientOrderID(text).map { .named(.client($0)) } ?? .unknown(id: text)
    } else {
      throw .oneRequired(id, "clientOrderId")
    }
  }
}

extension SerialNumber {
  /// Reads a number as the exchange writes it: digits alone, without leading zeros; nil for any
  /// other text.
  init?(text: String) {
    guard text.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }), !text.hasPrefix("0"),
      let value = UInt64(text)
    else { return nil }
    self.init(value)
  }
}

extension APIProblem {
  /// A detail is asked of an order that there is not. Reference 3.4.3 names no code; 102068 is the
  /// one that speaks of orders that do not exist [?].
  static let unknownOrder = APIProblem(code: "102068", message: "The order does not exist.")
}
