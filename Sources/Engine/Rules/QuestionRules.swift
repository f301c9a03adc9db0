import AccountData
import Risk
import Trading
import Units

/// The orders whose outcome must be asked for, and how often that was done.
struct OpenQuestions: Sendable, Hashable {
  struct Question: Sendable, Hashable {
    let id: ClientOrderID
    let since: Timestamp
    var attempts = 0
    /// How often the exchange said that it has no such order.
    var absences = 0
    /// Whether the whole account was read since the exchange first said so.
    var accountWasRead = false
    /// When the exchange refused a cancel since it last answered the question: it says so of orders
    /// that it has not, and cancels in a row would use up the limits that the question needs.
    var cancelRefusedAt: Timestamp?
    /// Whether it was told that the answer to a cancel of it is missing.
    var isLostCancelTold = false
  }

  private(set) var open: [Question] = []

  /// Returns the question about an order.
  subscript(id: ClientOrderID) -> Question? { open.first { $0.id == id } }

  /// Opens a question; one that is open goes on.
  mutating func ask(_ id: ClientOrderID, at now: Timestamp) {
    guard self[id] == nil else { return }
    open.append(Question(id: id, since: now))
  }

  /// Closes a question.
  mutating func resolve(_ id: ClientOrderID, _ effects: inout [Effect]) {
    guard let position = open.firstIndex(where: { $0.id == id }) else { return }
    open.remove(at: position)
    effects.append(.unschedule(.order(id)))
  }

  /// Changes a question.
  mutating func update(_ id: ClientOrderID, _ change: (inout Question) -> Void) {
    guard let position = open.firstIndex(where: { $0.id == id }) else { return }
    change(&open[position])
  }

  /// Notes that the whole account was read.
  mutating func accountWasRead() {
    for position in open.indices where open[position].absences > 0 {
      open[position].accountWasRead = true
    }
  }
}

/// How an order of unknown outcome is resolved: by asking, never by sending it again.
enum QuestionRules {
  /// How often the exchange must say "no such order" before it is believed (I4).
  static let absencesNeeded = 2
  /// How old an exit is at most when "no such order" is believed: it is sent again under the same
  /// id, which does no harm where it did arrive, and the position is open meanwhile.
  static let exitLostAge = TimeSpan.seconds(10)
  /// How long the answer is waited for before an order is canceled again without it.
  static let cancelPatience = TimeSpan.seconds(10)

  /// Asks for an order now.
  static func ask(_ reference: OrderReference, _ core: inout EngineCore) {
    guard let order = core.account.orders[reference] else { return }
    if let id = order.clientOrderID, order.isOwn {
      core.questions.ask(id, at: core.now)
      core.questions.update(id) { $0.attempts += 1 }
      goOn(id, &core)
    }
    let subject = RequestSubject.orderStatus(order.instrument, reference)
    guard !core.requests.isWaiting({ $0 == subject }) else { return }
    core.send(subject) { .orderStatus($0, order.instrument, reference) }
  }

  /// Asks for orders from elsewhere that are to be canceled: one that lives is canceled again.
  static func askForCanceledElsewhere(_ core: inout EngineCore) {
    for order in core.account.orders.open where !order.isOwn && order.state == .pendingCancel {
      if let reference = order.reference { ask(reference, &core) }
    }
  }

  /// Asks for an order again after the delay that its attempts have grown to.
  static func goOn(_ id: ClientOrderID, _ core: inout EngineCore) {
    core.questions.ask(id, at: core.now)
    guard let question = core.questions[id] else { return }
    let timing = core.settings.timing
    let wait = core.backoff(
      question.attempts, first: timing.queryDelayFirst, last: timing.queryDelayLast)
    core.schedule(.order(id), in: wait)
  }

  /// Asks for an order after the first delay.
  static func askSoon(_ id: ClientOrderID, _ core: inout EngineCore) {
    core.questions.ask(id, at: core.now)
    core.schedule(.order(id), in: core.settings.timing.queryDelayFirst)
  }

  /// The exchange has no such order. It is lost only after the least age, several targeted answers
  /// and a reading of the whole account in between (I4).
  static func absent(_ reference: OrderReference, _ core: inout EngineCore) {
    guard let order = core.account.orders[reference], !order.state.isFinal else { return }
    guard let id = order.clientOrderID, order.isOwn else {
      // An external order that is gone everywhere ended where we could not see it.
      if let change = core.book.move(reference, .wasCanceled, at: core.now) {
        AccountRules.orderChanged(change, cause: "not listed any more", &core)
      }
      return
    }
    // One that is lost already is watched, and stays lost.
    guard order.state != .lost else { return core.questions.resolve(id, &core.effects) }
    core.questions.ask(id, at: core.now)
    core.questions.update(id) { $0.absences += 1 }
    defer { StartupRules.settle(&core) }
    guard let question = core.questions[id] else { return }
    let usual = core.settings.timing.lostAge
    let lostAge = order.reduceOnly ? min(usual, exitLostAge) : usual
    let isOld = core.now - order.createdAt >= lostAge
    // What is not answered may not even have left: the rate limit can hold it. The exchange would
    // take its id twice when the first one has ended.
    let isUnanswered = core.requests.isWaiting { $0.sends(id) }
    if question.absences >= absencesNeeded, isOld, !isUnanswered, question.accountWasRead {
      foundNowhere(order, id, &core)
    } else if question.absences >= absencesNeeded, !question.accountWasRead {
      StartupRules.readAccount(&core)
    }
  }

  /// An order that was lost for long is watched no more, and the journal has its end: no later
  /// start asks for it again.
  static func retire(_ id: ClientOrderID, _ core: inout EngineCore) {
    guard let order = core.account.orders[id], order.state == .lost else { return }
    core.book.retire(id)
    guard core.journalsEverything else { return }
    core.journal(
      .orderChanged(
        OrderChange(
          clientOrderID: order.clientOrderID, exchangeOrderID: order.exchangeOrderID,
          instrument: order.instrument, side: order.side, state: .rejected,
          filledContracts: order.progress.filledContracts,
          averagePrice: order.progress.averagePrice, cause: "found nowhere", at: core.now)))
  }

  /// An order that no list knows: an exit is sent once more under its own id, an entry never, for
  /// what it was meant for has passed; nothing of an earlier run is sent later by itself (R01).
  /// Neither is an exit that another one followed: whoever sent that meant it instead (O02). Nor
  /// one that is to be canceled.
  private static func foundNowhere(
    _ order: TrackedOrder, _ id: ClientOrderID, _ core: inout EngineCore
  ) {
    let isFollowed = hasLaterExit(than: order, core)
    if !order.wasResent, !isFollowed, !order.isToBeCanceled, isOfSamePosition(order, core),
      id.text.hasPrefix(core.settings.run.text),
      let again = core.gate.resend(
        order, source: .engine, reasons: ["found nowhere"], in: core.context)
    {
      core.book.noteResend(id, at: core.now)
      core.questions.resolve(id, &core.effects)
      // One that left while the journal was down has no intent there: it is written now.
      let isDurable = order.isDurable
      core.send(.resend(again.request)) { isDurable ? .resend($0, again) : .submit($0, again) }
      core.notify(.warning, "order \(id) was found nowhere and is sent again", order.instrument)
      return
    }
    guard let change = core.book.move(.client(id), .foundNowhere, at: core.now) else { return }
    core.questions.resolve(id, &core.effects)
    AccountRules.orderChanged(change, cause: "found nowhere", &core)
    core.notify(
      .alarm,
      "order \(id) was found nowhere"
        + (isFollowed && !order.wasResent ? " and is not sent again: a later exit was" : ""),
      order.instrument)
    core.schedule(.lost(id), in: core.settings.timing.lostWatch)
  }

  /// Whether the position that an order was sent for is the one that is held: another may have been
  /// opened since, which nobody wants closed (R06).
  private static func isOfSamePosition(_ order: TrackedOrder, _ core: EngineCore) -> Bool {
    guard let held = core.book.account.positions[order.positionKey] else { return true }
    return !core.isOpened(held.cycle.openedAt, after: order.createdAt)
  }

  /// Whether an exit of ours left for the same position after another exit, and was not refused.
  private static func hasLaterExit(than order: TrackedOrder, _ core: EngineCore) -> Bool {
    guard order.reduceOnly else { return false }
    let orders = core.book.account.orders
    let isLater = { (other: TrackedOrder) in
      other.isOwn && other.reduceOnly && other.positionKey == order.positionKey
        && other.side == order.side && other.state != .rejected
        && other.createdAt > order.createdAt
    }
    return orders.open.contains(where: isLater) || orders.ended.contains(where: isLater)
  }
}
