import Units

/// How far the exchange's clock is ahead of ours, from readings that are each only roughly right.
///
/// A reading says: when our clock showed something between `sentAt` and `receivedAt`, theirs showed
/// something between `earliest` and `latest`. That bounds the offset by an interval. The estimate
/// is the middle of the interval that most of the last readings share, so that one false reading
/// among good ones changes nothing (fault case C03).
/// Source: Marzullo's algorithm, K. Marzullo, "Maintaining the Time in a Distributed System", 1984.
public struct ClockOffset: Sendable, Hashable {
  private struct Bounds: Sendable, Hashable {
    let low: Int64
    let high: Int64
  }

  private var readings: [Bounds] = []

  /// How many of the last readings count.
  public static let depth = 9

  /// Starts without any reading.
  public init() {}

  /// Adds a reading of the exchange's clock.
  public mutating func add(
    earliest: Timestamp, latest: Timestamp, sentAt: Timestamp, receivedAt: Timestamp
  ) {
    guard latest >= earliest, receivedAt >= sentAt else { return }
    readings.append(
      Bounds(
        low: (earliest - receivedAt).milliseconds, high: (latest - sentAt).milliseconds))
    if readings.count > Self.depth { readings.removeFirst() }
  }

  /// Forgets all readings but the last: the exchange just proved that the estimate is wrong.
  public mutating func keepOnlyLast() {
    readings = Array(readings.suffix(1))
  }

  /// Their clock minus ours, nil before the first reading.
  public var estimate: TimeSpan? {
    // The narrowest interval that the most readings share; ties go to the newest reading's side.
    var best: (count: Int, low: Int64, high: Int64)?
    for start in readings.reversed() {
      let sharing = readings.filter { $0.low <= start.low && start.low <= $0.high }
      guard let high = sharing.map(\.high).min() else { continue }
      if let best, best.count >= sharing.count { continue }
      best = (sharing.count, start.low, high)
    }
    return best.map { .milliseconds($0.low + ($0.high - $0.low) / 2) }
  }

  /// Returns our moment as the exchange's clock shows it; our own before the first reading.
  public func exchangeTime(_ ours: Timestamp) -> Timestamp {
    guard let estimate else { return ours }
    return ours + estimate
  }
}
