import Units

/// A value and the moment at which it reached us; ages are counted from there.
@frozen
public struct Received<Value: Sendable & Hashable>: Sendable, Hashable {
  /// What was received.
  public let value: Value
  /// When, on our clock.
  public let receivedAt: Timestamp

  /// Notes a value and its arrival.
  @inlinable
  public init(_ value: Value, at receivedAt: Timestamp) {
    self.value = value
    self.receivedAt = receivedAt
  }

  /// Returns how old it is.
  @inlinable
  public func age(at now: Timestamp) -> TimeSpan { now - receivedAt }
}
