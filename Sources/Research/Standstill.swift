import JSONText
import Units

/// From when on a run opened nothing any more: a breaker stopped the strategies, and a backtest has
/// nobody who lets them go on. What a run says of the time behind it is not what they earn.
public struct Standstill: Sendable, Hashable {
  /// When the strategies were stopped.
  public let from: Timestamp
  /// What stopped them, as a sentence.
  public let reason: String
  /// How many openings they wanted since.
  public internal(set) var missedCount: Int

  /// States a standstill.
  public init(from: Timestamp, reason: String, missedCount: Int = 0) {
    self.from = from
    self.reason = reason
    self.missedCount = missedCount
  }

  /// It in words, such as `2023-01-05 03:45:00.000: 3 stops were hit in a row, 40 openings not
  /// made`.
  public var text: String {
    let openings = missedCount == 1 ? "1 opening" : "\(missedCount) openings"
    return "\(from.isoText): \(reason), \(openings) not made"
  }

  /// Writes it as a JSON object.
  public func write(to writer: inout JSONWriter) {
    writer.beginObject()
    writer.key("from")
    writer.string(from.isoText)
    writer.key("reason")
    writer.string(reason)
    writer.key("openings_not_made")
    writer.integer(missedCount)
    writer.endObject()
  }
}
