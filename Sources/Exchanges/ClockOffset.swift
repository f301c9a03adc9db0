import Units

/// How far the exchange's clock is ahead of ours, from readings that are each only roughly right.
///
/// A reading says: when our clock showed something between `sentAt` and `receivedAt`, theirs showed
/// something between `earliest` and `latest`. That bounds the offset by an interval. The interval
/// that most of the last readings share is taken to hold it, so that one false reading among good
/// ones changes nothing (fault case C03). What earlier readings proved is kept, a little wider with
/// time, for as long as that interval does not contradict it.
/// Source: Marzullo's algorithm, K. Marzullo, "Maintaining the Time in a Distributed System", 1984.
public struct ClockOffset: Sendable, Hashable {
  /// An interval that the offset lies in, in milliseconds.
  private struct Bounds: Sendable, Hashable {
    let low: Int64
    let high: Int64

    func meets(_ other: Bounds) -> Bounds? {
      let both = Bounds(low: max(low, other.low), high: min(high, other.high))
      return both.low <= both.high ? both : nil
    }
  }

  /// What all readings together say, and up to when that was made wider.
  private struct Proof: Sendable, Hashable {
    let bounds: Bounds
    let at: Timestamp
  }

  private var readings: [Bounds] = []
  private var proven: Proof?

  /// How many of the last readings count.
  public static let depth = 9

  /// In so many milliseconds two clocks may drift apart by one.
  ///
  /// 100 parts in a million is a poor quartz; disciplined clocks stay far below.
  private static let drift: Int64 = 10_000

  /// Starts without any reading.
  public init() {}

  /// Adds a reading of the exchange's clock.
  public mutating func add(
    earliest: Timestamp, latest: Timestamp, sentAt: Timestamp, receivedAt: Timestamp
  ) {
    guard latest >= earliest, receivedAt >= sentAt else { return }
    // Both clocks are read in whole milliseconds, rounded down.
    let reading = Bounds(
      low: (earliest - receivedAt).milliseconds - 1, high: (latest - sentAt).milliseconds + 1)
    readings.append(reading)
    if readings.count > Self.depth { readings.removeFirst() }
    guard let shared = Self.shared(readings) else { return }
    guard let before = proven else {
      proven = Proof(bounds: shared, at: receivedAt)
      return
    }
    let steps = max(0, (receivedAt - before.at).milliseconds / Self.drift)
    let wider = Bounds(low: before.bounds.low - steps, high: before.bounds.high + steps)
    // One false reading does not meet what is proven; when most do not, what was proven is false.
    let kept = wider.meets(shared) ?? shared
    proven = Proof(
      bounds: kept.meets(reading) ?? kept, at: before.at + .milliseconds(steps * Self.drift))
  }

  /// Forgets all readings but the last: the exchange just proved that the estimate is wrong.
  public mutating func keepOnlyLast() {
    readings = Array(readings.suffix(1))
    if let last = readings.last, let at = proven?.at { proven = Proof(bounds: last, at: at) }
  }

  /// Their clock minus ours, nil before the first reading.
  public var estimate: TimeSpan? {
    proven.map { .milliseconds($0.bounds.low + ($0.bounds.high - $0.bounds.low) / 2) }
  }

  /// By how much the estimate can be off, nil before the first reading.
  public var uncertainty: TimeSpan? {
    proven.map { .milliseconds(($0.bounds.high - $0.bounds.low + 1) / 2) }
  }

  /// Returns our moment as the exchange's clock shows it; our own before the first reading.
  public func exchangeTime(_ ours: Timestamp) -> Timestamp {
    guard let estimate else { return ours }
    return ours + estimate
  }

  /// Returns when to send the next reading of a clock that is told in whole seconds; nil before the
  /// first one.
  ///
  /// The question is to be on its way when, by the estimate, their second changes: which second the
  /// answer names then halves the interval, until it is as narrow as the round trip.
  public func nextReading(after moment: Timestamp, roundTrip: TimeSpan) -> Timestamp? {
    guard let estimate else { return nil }
    let half = TimeSpan.milliseconds(roundTrip.milliseconds / 2)
    let theirs = moment + half + estimate
    let second = theirs.start(of: .seconds(1)) + .seconds(1)
    return second - estimate - half
  }

  /// The narrowest interval that the most readings share; ties go to the newest reading's side.
  private static func shared(_ readings: [Bounds]) -> Bounds? {
    var best: (count: Int, bounds: Bounds)?
    for start in readings.reversed() {
      let sharing = readings.filter { $0.low <= start.low && start.low <= $0.high }
      guard let high = sharing.map(\.high).min() else { continue }
      if let best, best.count >= sharing.count { continue }
      best = (sharing.count, Bounds(low: start.low, high: high))
    }
    return best?.bounds
  }
}
