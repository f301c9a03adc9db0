import Trading
import Units

/// What the bot may do, and since when and why.
public struct TradingState: Sendable, Hashable {
  /// What it may do.
  public internal(set) var mode: BotState
  /// Why, as a sentence; empty at a plain start.
  public internal(set) var reason: String
  /// Who wanted it.
  public internal(set) var source: CommandSource
  /// Since when.
  public internal(set) var since: Timestamp
}

/// How far the start has come. Start and crash recovery are this one path (I12).
public enum StartupStep: Sendable, Hashable {
  /// Waiting for the connections.
  case connecting
  /// Reading the instruments.
  case instruments
  /// Reading the account and comparing it with ours.
  case account
  /// Asking for orders whose outcome is not known; so many are left.
  case resolving(Int)
  /// Everything is known.
  case ready

  /// The step as words.
  public var text: String {
    switch self {
    case .connecting: "connecting"
    case .instruments: "reading instruments"
    case .account: "reading the account"
    case .resolving(let count): "asking for \(count) orders of unknown outcome"
    case .ready: "ready"
    }
  }
}

/// How one connection stands and since when.
public struct LinkStatus: Sendable, Hashable {
  /// Which connection.
  public let name: LinkName
  /// How it stands.
  public internal(set) var state: LinkState
  /// Since when.
  public internal(set) var since: Timestamp
  /// When anything last came over it, nil before the first message.
  public internal(set) var messageAt: Timestamp?
  /// Whether it was up since the start.
  public internal(set) var wasUp = false
  /// Since when it is not up, whatever is tried meanwhile; nil while it is.
  public internal(set) var missedSince: Timestamp?
  /// Whether it was refused since it was last up.
  public internal(set) var wasRefused = false

  init(name: LinkName, state: LinkState, since: Timestamp) {
    self.name = name
    self.state = state
    self.since = since
    missedSince = since
  }

  /// How long a connection may take to come up for the first time before it counts as lost.
  public static let patience = TimeSpan.seconds(10)

  /// Whether it is lost: it was up and is not any more, it did not come up in time, or it was
  /// refused. What is only on its way up at the start is not lost.
  public func isLost(at now: Timestamp) -> Bool {
    guard let missedSince else { return false }
    if case .refused = state { return true }
    return wasUp || now - missedSince >= Self.patience
  }

  mutating func move(to state: LinkState, at now: Timestamp) {
    self.state = state
    since = now
    if state == .up {
      wasUp = true
      missedSince = nil
      wasRefused = false
    } else if missedSince == nil {
      missedSince = now
    }
    if case .refused = state { wasRefused = true }
  }
}
