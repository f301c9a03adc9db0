import Trading
import Units

/// An order that passed the gate. Nothing outside this module can make one, and nothing but an
/// approved order can be submitted: the type is the lock.
public struct ApprovedOrder: Sendable, Hashable {
  /// What goes to the exchange.
  public let request: OrderRequest
  /// What the journal must hold before it does.
  public let record: IntentRecord

  init(_ request: OrderRequest, _ record: IntentRecord) {
    self.request = request
    self.record = record
  }

  /// Whether it may leave although the journal failed: only what makes a position smaller.
  public var mayLeaveUnjournaled: Bool { request.reduceOnly }
}

/// Protection that passed the gate; made like an ``ApprovedOrder``.
public struct ApprovedProtection: Sendable, Hashable {
  /// What goes to the exchange.
  public let request: ProtectionRequest
  /// What the journal should hold before it does.
  public let record: IntentRecord

  init(_ request: ProtectionRequest, _ record: IntentRecord) {
    self.request = request
    self.record = record
  }
}
