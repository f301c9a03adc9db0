import Trading
import Units

/// How the comparison of the account with the exchange's goes.
public struct AccountReading: Sendable, Hashable {
  /// When the whole account was last read, nil before the first time.
  public internal(set) var readAt: Timestamp?
  /// How many readings failed since.
  public internal(set) var failures = 0
  /// Whether the account stream is silent with something at stake, so that it is read more often.
  public internal(set) var isSilent = false
  /// Whether another reading follows the one that is under way.
  var isWantedAgain = false
  /// Whether what is held and what guards it was told ahead of a whole reading.
  var hasHoldings = false
}

/// An opening of a strategy that waits for a person.
public struct Proposal: Sendable, Hashable {
  /// Its number.
  public let id: UInt64
  /// What is wished.
  public let intent: OpeningIntent
  /// By whom.
  public let source: CommandSource
  /// Why, in sentences for the journal.
  public let reasons: [String]
  /// When it came.
  public let at: Timestamp
  /// When it is forgotten.
  public let until: Timestamp
}

extension Proposal: BinaryEncodable {
  func encode(into writer: inout ByteWriter) {
    writer.putCount(id)
    writer.put(intent)
    writer.put(source)
    writer.put(reasons)
    writer.put(until)
  }
}
