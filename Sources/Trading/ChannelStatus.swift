import Units

/// How a channel stands that carries alerts to people.
///
/// It lives here because screens show it and may not import what sends.
public struct ChannelStatus: Sendable, Hashable {
  /// Whether it works.
  public enum State: Sendable, Hashable {
    /// Nothing waits.
    case idle
    /// A message is on its way.
    case sending
    /// Something waits for a moment: quiet hours, the other side's wish, a retry.
    case waiting(until: Timestamp)
    /// Nothing is sent any more, until the program starts again.
    case closed(reason: String)
  }

  /// The channel's name, such as `telegram`.
  public let name: String
  /// Whether it works.
  public let state: State
  /// How many alerts have arrived.
  public let deliveredCount: Int
  /// How many alerts wait or are on their way.
  public let waitingCount: Int
  /// How many alerts were dropped, because too many waited or because they were refused.
  public let droppedCount: Int
  /// Why the last attempt failed, nil when it did not.
  public let problem: String?

  /// States how a channel stands.
  public init(
    name: String, state: State, deliveredCount: Int, waitingCount: Int, droppedCount: Int,
    problem: String?
  ) {
    self.name = name
    self.state = state
    self.deliveredCount = deliveredCount
    self.waitingCount = waitingCount
    self.droppedCount = droppedCount
    self.problem = problem
  }

  /// The state in a word or two, such as `waits until 07:00:00`; times are UTC.
  public var stateText: String {
    switch state {
    case .idle: "idle"
    case .sending: "sending"
    case .waiting(let moment): "waits until \(moment.timeText)"
    case .closed: "closed"
    }
  }

  /// Everything in a line, such as `telegram idle, delivered 3, waiting 0, dropped 0`.
  public var text: String {
    "\(name) \(stateText), delivered \(deliveredCount), waiting \(waitingCount), "
      + "dropped \(droppedCount)" + (problem.map { ": \($0)" } ?? "")
  }
}
