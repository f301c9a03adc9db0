import Engine
import Units

/// A question before something that cannot be taken back.
///
/// It is answered with yes by one key only, which is never the key that asked. That key counts from
/// a quarter of a second on, so that a burst of keys or a held key confirms nothing.
struct Confirmation: Sendable, Equatable {
  let question: String
  let details: [String]
  let commands: [DashboardCommand]
  let openedAt: Timestamp
  /// Whether an order that is replaced grows.
  var grows = false

  /// How long the confirming key is ignored after the question was shown.
  static let deafness = TimeSpan.milliseconds(250)
  /// When an unanswered question goes away.
  static let patience = TimeSpan.seconds(15)

  /// Whether the confirming key counts at this moment.
  func hears(at now: Timestamp) -> Bool { now - openedAt >= Self.deafness }

  /// Whether a yes adds risk.
  var opens: Bool {
    grows
      || commands.contains {
        switch $0 {
        case .engine(.open), .engine(.openOneOf), .engine(.approve), .engine(.reverse): true
        case .engine, .quit, .suspend, .reload: false
        }
      }
  }
}
