import Trading
import Units

/// How far the exchange's clock is ahead of ours: the median of the newest measurements.
public struct ClockEstimate: Sendable, Equatable {
  /// The exchange's clock minus ours; positive when the exchange is ahead. Nil before a
  /// measurement.
  public private(set) var offset: TimeSpan?
  /// The time between question and answer of the newest measurement.
  public private(set) var roundTrip: TimeSpan?
  /// When it was last measured.
  public private(set) var measuredAt: Timestamp?
  private var samples = RecentList<Int64>(capacity: sampleCount)

  /// How many measurements the median is taken of; one that is far off does not move it (C03).
  public static let sampleCount = 9

  /// Makes an estimate without a measurement.
  public init() {}

  /// Takes a reading of the exchange's clock, halfway between question and answer.
  mutating func add(_ server: Timestamp, sentAt: Timestamp, receivedAt: Timestamp) {
    guard receivedAt >= sentAt else { return }
    let middle = (sentAt.milliseconds + receivedAt.milliseconds) / 2
    samples.append(server.milliseconds - middle)
    let sorted = samples.sorted()
    offset = .milliseconds(sorted[sorted.count / 2])
    roundTrip = receivedAt - sentAt
    measuredAt = receivedAt
  }
}
