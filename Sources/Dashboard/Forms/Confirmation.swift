import Engine
import Trading
import Units

/// A question before something that cannot be taken back.
///
/// It is answered with yes by one key only, which is never the key that asked. That key counts from
/// a quarter of a second on, so that a burst of keys or a held key confirms nothing.
struct Confirmation: Sendable, Equatable {
  let question: String
  /// The orders that a yes sends; their figures are those of the moment.
  var orders: [AskedOrder] = []
  let details: [String]
  let commands: [DashboardCommand]
  let openedAt: Timestamp
  /// Whether an order that is replaced grows.
  var grows = false
  /// When an order grew beyond what was shown; nil while none has.
  private(set) var grownAt: Timestamp?

  /// How long the confirming key is ignored after the question was shown.
  static let deafness = TimeSpan.milliseconds(250)
  /// When an unanswered question goes away.
  static let patience = TimeSpan.seconds(15)

  init(
    question: String, orders: [AskedOrder] = [], details: [String], commands: [DashboardCommand],
    openedAt: Timestamp, grows: Bool = false
  ) {
    self.question = question
    self.orders = orders
    self.details = details
    self.commands = commands
    self.openedAt = openedAt
    self.grows = grows
  }

  /// Whether the confirming key counts at this moment.
  func hears(at now: Timestamp) -> Bool { now - (grownAt ?? openedAt) >= Self.deafness }

  /// Takes the figures that the orders have now; true when one is larger than it was shown by more
  /// than a person has to accept. The confirming key is then ignored anew.
  mutating func grew(to figures: [AskedOrder.Figures], at now: Timestamp) -> Bool {
    let hasGrown = zip(orders, figures).contains { $0.shown.isExceeded(by: $1) }
    for (place, figures) in zip(orders.indices, figures) {
      orders[place].shown = hasGrown ? figures : orders[place].shown.smaller(figures)
    }
    if hasGrown { grownAt = now }
    return hasGrown
  }

  /// Whether a yes adds risk, or lets risk be added that could not be before.
  var opens: Bool { grows || commands.contains(where: \.opens) }
}

/// An order that a question is about.
struct AskedOrder: Sendable, Equatable {
  /// How large an order is, and what it can lose.
  struct Figures: Sendable, Equatable {
    /// Nil when it cannot be computed.
    let contracts: Contracts?
    /// What the stop would cost; nil when it cannot be computed.
    let loss: Money?

    /// One part in so many more than what was shown is as good as shown: five percent.
    private static let tolerance: Fixed = 20

    /// Whether the size or the loss is larger by more than what is as good as the same.
    func isExceeded(by now: Figures) -> Bool {
      func exceeds(_ shown: Fixed?, _ now: Fixed?) -> Bool {
        guard let now else { return false }
        guard let shown else { return true }
        return now > shown + shown.divided(by: Self.tolerance, .towardZero)
      }
      return exceeds(contracts?.value, now.contracts?.value)
        || exceeds(loss?.magnitude.value, now.loss?.magnitude.value)
    }

    /// The smaller of both in each figure: what was shown smaller does not grow unseen.
    func smaller(_ other: Figures) -> Figures {
      Figures(
        contracts: other.contracts.map { min(contracts ?? $0, $0) } ?? contracts,
        loss: other.loss.map { $0.magnitude < (loss ?? $0).magnitude ? $0 : loss ?? $0 } ?? loss)
    }
  }

  let intent: OpeningIntent
  /// The mark price that it waits for; nil for one that is sent at once.
  var trigger: Price?
  /// The least that was shown since the question was asked, or since it grew.
  fileprivate(set) var shown: Figures
}

extension DashboardCommand {
  /// Whether it adds risk, or lets risk be added that could not be before.
  fileprivate var opens: Bool {
    switch self {
    case .engine(let command): command.opens
    case .quit, .suspend, .reload: false
    }
  }
}

extension Command {
  fileprivate var opens: Bool {
    switch self {
    case .open, .reverse, .scaleIn, .bracket, .openOneOf, .openBatch, .openAt, .approve: true
    case .setState(let state, _): state.letsOpen
    case .setStrategy(_, let state): state != .paused
    // An order that grows is told apart where it is asked for.
    case .amend: false
    case .close, .cancel, .cancelTrigger, .cancelAll, .flatten, .protect, .moveTarget, .breakEven, .takeProfits,
      .cancelBatch, .trail, .abandon, .dismiss, .resetPeak, .setLeverage, .setPositionMode,
      .reconcile, .loadCandles, .setLimits, .note, .addAlert, .removeAlert, .acknowledge,
      .testAlert:
      false
    }
  }
}

extension BotState {
  /// Whether a person can open while the bot is in this state.
  var letsOpen: Bool {
    switch self {
    case .running, .approval, .paused: true
    case .reducing, .halted: false
    }
  }
}
