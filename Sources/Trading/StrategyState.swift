/// What one strategy may do, beneath what the bot may do; its exits pass in every state.
public enum StrategyState: String, Sendable, Hashable, CaseIterable {
  /// It opens by itself.
  case running
  /// Each of its openings waits for a human key.
  case approval
  /// It opens nothing.
  case paused

  /// Whether it allows more than another state.
  public func isLooser(than other: StrategyState) -> Bool {
    rank < other.rank
  }

  private var rank: Int {
    switch self {
    case .running: 0
    case .approval: 1
    case .paused: 2
    }
  }
}

/// The state that a person gave to a strategy, or that its own limits put it into. It outlives the
/// run: what somebody paused does not trade again because the program was restarted.
public struct StrategyStateNote: Sendable, Hashable {
  /// The strategy's name.
  public let name: String
  /// What it may do.
  public let state: StrategyState

  /// States it.
  public init(name: String, state: StrategyState) {
    self.name = name
    self.state = state
  }

  /// The words of the command that gave it, as the journal keeps them.
  public var text: String { Self.beginning + "\(state.rawValue) \(name)" }

  /// How the words begin.
  public static let beginning = "strategy "

  /// Reads the words of a command; nil when it is about something else.
  public init?(text: String) {
    let words = text.split(separator: " ", maxSplits: 2)
    guard text.hasPrefix(Self.beginning), words.count == 3,
      let state = StrategyState(rawValue: String(words[1]))
    else { return nil }
    self.init(name: String(words[2]), state: state)
  }
}
