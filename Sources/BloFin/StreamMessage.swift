import JSONText
import Trading
import Units

/// What one message of a stream says. `place` is the place of a topic in the decoder.
public nonisolated enum StreamMessage: Hashable, Sendable {
  /// The answer to a heartbeat.
  case pong
  /// The login was taken.
  case loggedIn
  /// A subscription was taken.
  case subscribed(BloFinTopic)
  /// Something was refused: 60009 is the login, 60012 a request.
  case failed(code: String, message: String)
  /// About the market.
  case market(place: Int, MarketEvent)
  /// More than one thing about the market.
  case markets(place: Int, [MarketEvent])
  /// About the account.
  case account(place: Int, [AccountEvent])
  /// A message of a book that must not be applied: old, or before the snapshot.
  case bookIgnored(place: Int)
  /// A message of a book was lost.
  case bookGap(place: Int)
  /// Nothing that we want: a push that crossed an unsubscribe, an event that is not known.
  case ignored
}

/// Why a message of a stream could not be used.
public nonisolated struct StreamProblem: Error, Hashable, Sendable {
  /// Whose message it was, where that was readable.
  public let topic: BloFinTopic?
  /// What is wrong.
  public let problem: JSONProblem
}

nonisolated extension StreamProblem: CustomStringConvertible {
  public var description: String {
    let subject = topic.map { "a message of \($0)" } ?? "a message"
    return "BloFin sent \(subject) that cannot be used: \(problem)."
  }
}

/// Whether a push replaces or changes what was there.
nonisolated enum PushAction: Hashable, Sendable {
  case none
  case snapshot
  case update

  /// Reads the word; an unknown one fails the message.
  init(_ json: inout JSONScanner) throws(JSONProblem) {
    let word = try json.string()
    switch word {
    case "snapshot": self = .snapshot
    case "update": self = .update
    default: throw json.problem(.unknownValue(String(word)))
    }
  }
}
