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
}
