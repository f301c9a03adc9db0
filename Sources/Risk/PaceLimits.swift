import Trading

/// The limits on how fast strategies and agents may go, beside that of a minute's orders. Each is
/// nil where it is off. They concern openings alone: exits are never counted and always pass (K04).
public struct PaceLimits: Sendable, Hashable {
  /// The most opening orders that strategies and agents send in any one second, all together.
  public var ordersPerSecondMaximum: Int?
  /// How often one strategy or agent may ask for an opening in any sixty seconds, whether it is
  /// denied or not; with one more it is taken for a runaway and stopped.
  public var wishesPerMinuteMaximum: Int?

  /// States the limits.
  public init(ordersPerSecondMaximum: Int?, wishesPerMinuteMaximum: Int?) {
    self.ordersPerSecondMaximum = ordersPerSecondMaximum
    self.wishesPerMinuteMaximum = wishesPerMinuteMaximum
  }

  /// Both off.
  public static let off = PaceLimits(ordersPerSecondMaximum: nil, wishesPerMinuteMaximum: nil)
}
