import MarketData
import Trading
import Units

/// How far the exchange's clock is ahead of ours: the median of the newest good measurements.
public struct ClockEstimate: Sendable, Equatable {
  /// The exchange's clock minus ours; positive when the exchange is ahead. Nil before a
  /// measurement.
  public private(set) var offset: TimeSpan?
  /// By how much the newest measurement can be off: half the time that it took.
  public private(set) var uncertainty: TimeSpan?
  /// When it was last measured.
  public private(set) var measuredAt: Timestamp?
  private var samples = RecentList<Sample>(capacity: sampleCount)

  /// A measurement and by how much it can be off, in milliseconds.
  private struct Sample: Sendable, Equatable {
    let offset: Int64
    let uncertainty: Int64
  }

  /// How many measurements the median is taken of; one that is far off does not move it (C03).
  public static let sampleCount = 9
  /// Differences of this many milliseconds do not make a measurement worse than another.
  private static let tolerance: Int64 = 100

  /// How long a message of the exchange may be on its way without counting as old.
  private static let way = TimeSpan.seconds(1)

  /// Returns the exchange's clock, by which its stamps are judged. One that was never measured is
  /// taken to show our time, give or take as much as trading allows.
  func exchangeClock(unmeasured limit: TimeSpan) -> ExchangeClock {
    ExchangeClock(
      offset: offset ?? .zero, tolerance: (offset == nil ? limit : uncertainty ?? .zero) + Self.way)
  }

  /// Makes an estimate without a measurement.
  public init() {}

  /// Takes a reading of the exchange's clock, halfway between question and answer.
  mutating func add(_ server: Timestamp, sentAt: Timestamp, receivedAt: Timestamp) {
    guard receivedAt >= sentAt else { return }
    let middle = (sentAt.milliseconds + receivedAt.milliseconds) / 2
    let half = (receivedAt - sentAt).milliseconds / 2
    samples.append(Sample(offset: server.milliseconds - middle, uncertainty: half))
    // A measurement that is much worse than the best says nothing beside it.
    let best = samples.map(\.uncertainty).min() ?? half
    let good = samples.filter { $0.uncertainty <= 2 * best + Self.tolerance }.map(\.offset).sorted()
    offset = .milliseconds(good[good.count / 2])
    uncertainty = .milliseconds(half)
    measuredAt = receivedAt
  }
}
