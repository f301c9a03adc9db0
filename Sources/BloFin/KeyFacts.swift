import Exchanges
import JSONText
import Trading
import Transport
import Units

/// What BloFin says of the key that signs. The right to withdraw is not among it.
///
/// Source: BloFin REST, GET API Key Info.
public nonisolated struct KeyFacts: Sendable, Hashable {
  /// Whether it can only read.
  public let isReadOnly: Bool
  /// The addresses that it is bound to; empty when it can be used from everywhere.
  public let addresses: [String]
  /// When it ends; nil when it does not.
  public let expiresAt: Timestamp?

  init(_ json: inout JSONScanner) throws(JSONProblem) {
    var readOnly: String?
    var addresses: [String] = []
    var expiresAt: Timestamp?
    try json.beginObject()
    while let key = try json.nextKey() {
      switch key {
      case "readOnly": readOnly = try json.textIfAny()
      case "ips":
        if try json.takeNull() { continue }
        try json.beginArray()
        while try json.nextElement() {
          if let address = try json.textIfAny() { addresses.append(PlainText.clean(address)) }
        }
      case "expireTime": expiresAt = try json.timestampIfPresent(.either)
      default: try json.skip()
      }
    }
    switch try json.require(readOnly, "readOnly") {
    case "0": isReadOnly = false
    case "1": isReadOnly = true
    case let other: throw json.problem(.unknownValue(other))
    }
    self.addresses = addresses
    // A time at the beginning of all times stands for none.
    self.expiresAt = expiresAt.flatMap { $0.milliseconds > 0 ? $0 : nil }
  }
}

extension BloFinExchange {
  /// Why something was not read.
  public nonisolated struct ReadFailure: Error, Sendable {
    /// What the exchange or the network said.
    public let outcome: Outcome
  }

  /// Reads what the exchange says of the key; needs credentials and no ``connect(_:)``.
  public func readKey(_ done: @escaping @MainActor (Result<KeyFacts, ReadFailure>) -> Void) {
    calls.readOne(.apiKey, [], { (json) throws(JSONProblem) in try KeyFacts(&json) }) { result in
      done(result.mapError { ReadFailure(outcome: $0.outcome) })
    }
  }

  /// Reads whether the account nets positions or keeps both sides; needs credentials.
  public func readPositionMode(
    _ done: @escaping @MainActor (Result<PositionMode, ReadFailure>) -> Void
  ) {
    calls.readOne(.positionMode, [], AccountModes.positionMode) { result in
      done(result.mapError { ReadFailure(outcome: $0.outcome) })
    }
  }
}
