import Units

/// What is wrong, or could be better, with the key that signs (S32).
public nonisolated enum KeyConcern: Sendable, Hashable {
  /// No order would be taken.
  case onlyReads
  /// Nothing would be taken.
  case hasEnded
  /// It works from every address of the world.
  case unbound
  /// It ends within two weeks.
  case endsSoon(days: Int64)

  /// Days before its end from which on an end is told.
  static let warningDays: Int64 = 14

  /// What matters most, nil when nothing does.
  public init?(_ facts: KeyFacts, at now: Timestamp) {
    self.init(
      isReadOnly: facts.isReadOnly, isBound: !facts.addresses.isEmpty, expiresAt: facts.expiresAt,
      at: now)
  }

  init?(isReadOnly: Bool, isBound: Bool, expiresAt: Timestamp?, at now: Timestamp) {
    let left = expiresAt.map { ($0.milliseconds - now.milliseconds) / 86_400_000 }
    if isReadOnly {
      self = .onlyReads
    } else if let expiresAt, expiresAt <= now {
      self = .hasEnded
    } else if !isBound {
      self = .unbound
    } else if let left, left < Self.warningDays {
      self = .endsSoon(days: left)
    } else {
      return nil
    }
  }

  /// Whether orders will fail.
  public var stopsOrders: Bool { self == .onlyReads || self == .hasEnded }

  /// What was seen.
  public var reason: String {
    switch self {
    case .onlyReads: "it may only read: no order would be taken"
    case .hasEnded: "it has ended"
    case .unbound: "it may trade, and from every address; an unbound key ends after 90 days"
    case .endsSoon(let days): "it ends in \(days) days"
    }
  }

  /// What to do next.
  public var next: String {
    switch self {
    case .onlyReads: "make a key with the right to trade and without the right to withdraw"
    case .unbound: "bind it to the address of this machine"
    case .hasEnded, .endsSoon: "make a new one at the exchange"
    }
  }
}
