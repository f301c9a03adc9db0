import Trading
import Units

/// The orders of an account: those that may still trade, and the newest of those that ended.
public struct Orders: Sendable, Equatable {
  /// What a message did to an order.
  public struct Change: Sendable, Hashable {
    /// The order after it.
    public let order: TrackedOrder
    /// The state before it, nil when the order was not known.
    public let stateBefore: OrderState?
    /// How much filled by it.
    public let filled: Contracts
  }

  /// Orders that may still trade or whose end is not proven, in the order in which we learned of
  /// them.
  public private(set) var open: [TrackedOrder] = []
  /// Orders that ended, oldest first.
  public private(set) var ended: RecentList<TrackedOrder>

  /// The most ended orders that are kept.
  public static let endedCapacity = 500

  /// Makes an empty list.
  public init() {
    ended = RecentList(capacity: Self.endedCapacity)
  }

  /// Returns the order with our id, open or recently ended.
  public subscript(id: ClientOrderID) -> TrackedOrder? {
    find { $0.clientOrderID == id }.map(order(at:))
  }

  /// Returns the order with the exchange's id, open or recently ended.
  public subscript(id: ExchangeOrderID) -> TrackedOrder? {
    find { $0.exchangeOrderID == id }.map(order(at:))
  }

  /// Returns the order that a reference names.
  public subscript(reference: OrderReference) -> TrackedOrder? {
    switch reference {
    case .client(let id): self[id]
    case .exchange(let id): self[id]
    }
  }

  /// Returns the margin mode of the order with one of these ids, nil when none is known.
  func marginMode(_ id: ExchangeOrderID, _ clientID: ClientOrderID?) -> MarginMode? {
    let place =
      find { $0.exchangeOrderID == id }
      ?? clientID.flatMap { id in find { $0.clientOrderID == id } }
    return switch place {
    case .open(let position)?: open[position].marginMode
    case .ended(let position)?: ended[position].marginMode
    case nil: nil
    }
  }

  /// Returns the list without an open order of ours, to see what would replace it.
  public func without(_ id: ClientOrderID) -> Orders {
    var rest = self
    rest.open.removeAll { $0.clientOrderID == id }
    return rest
  }

  /// Returns an order of the instrument whose outcome is not known (I3); one that is lost counts
  /// as long as it is watched.
  public func hasUnknown(_ instrument: InstrumentID) -> TrackedOrder? {
    open.first { $0.instrument == instrument && ($0.state == .unknown || $0.state == .lost) }
  }

  /// Takes a lost order out of the open ones; a later sign of life brings it back.
  mutating func retire(_ id: ClientOrderID) {
    guard let position = open.firstIndex(where: { $0.clientOrderID == id && $0.state == .lost })
    else { return }
    ended.append(open.remove(at: position))
  }

  /// Makes the outcome of an order open again, for it leaves once more.
  mutating func noteResend(_ id: ClientOrderID, at now: Timestamp) {
    guard let position = open.firstIndex(where: { $0.clientOrderID == id }),
      !open[position].state.isFinal
    else { return }
    open[position].state = .unknown
    open[position].wasResent = true
    open[position].changedAt = now
  }

  /// Starts to track an order that is about to leave.
  mutating func add(_ order: TrackedOrder) {
    // Ids count upward, so one that ended long ago is not looked for in every order's way.
    precondition(
      !open.contains { $0.clientOrderID != nil && $0.clientOrderID == order.clientOrderID },
      "a client order id is used once")
    assert(order.clientOrderID.map { self[$0] == nil } ?? true, "an ended order keeps its id")
    open.append(order)
  }

  /// Moves an order by a transition; nil when it is not known or the pair makes no sense.
  mutating func move(
    _ reference: OrderReference, _ transition: OrderTransition, at now: Timestamp,
    problem: String? = nil
  ) -> Change? {
    guard let place = find(reference) else { return nil }
    let before = state(at: place)
    guard let after = before.after(transition) else { return nil }
    return change(at: place, stateBefore: before, filled: .zero) { order in
      switch transition {
      case .cancelSent: order.isToBeCanceled = true
      // The exchange's word about an order that nobody has seen alive settles nothing.
      case .cancelRefused where after != .unknown && after != .lost: order.isToBeCanceled = false
      case .cancelRefused, .accepted, .refused, .answerLost, .partFilled, .wholeFilled,
        .wasCanceled, .ranOut, .foundNowhere:
        break
      }
      order.enter(after)
      order.changedAt = now
      if let problem { order.problem = problem }
    }
  }

  /// Notes that the intent of an order is in the journal.
  mutating func markDurable(_ id: ClientOrderID) -> TrackedOrder? {
    guard let position = open.firstIndex(where: { $0.clientOrderID == id }) else { return nil }
    open[position].isDurable = true
    return open[position]
  }

  /// Notes the exchange's id of an order, as an answer tells it.
  mutating func name(_ id: ClientOrderID, _ exchangeOrderID: ExchangeOrderID) {
    guard let place = find({ $0.clientOrderID == id }) else { return }
    switch place {
    case .open(let position):
      if open[position].exchangeOrderID == nil { open[position].exchangeOrderID = exchangeOrderID }
    case .ended(let position):
      if ended[position].exchangeOrderID == nil {
        ended[position].exchangeOrderID = exchangeOrderID
      }
    }
  }

  /// Takes a report of the exchange, with the progress that the ledger booked.
  mutating func apply(_ report: Order, progress: OrderProgress, at now: Timestamp) -> Change {
    let place =
      report.clientOrderID.flatMap { id in find { $0.clientOrderID == id } }
      ?? find { $0.exchangeOrderID == report.exchangeOrderID }
    guard let place else {
      var adopted = TrackedOrder(adopting: report, at: now)
      adopted.progress = progress
      store(adopted)
      return Change(order: adopted, stateBefore: nil, filled: progress.filledContracts)
    }
    let filled = progress.filledContracts - filledContracts(at: place)
    return change(at: place, stateBefore: state(at: place), filled: filled) { order in
      if order.exchangeOrderID == nil { order.exchangeOrderID = report.exchangeOrderID }
      if case .normal = order.category { order.category = report.category }
      order.progress = progress
      order.enter(Self.state(of: order, reported: report.state))
      order.changedAt = now
    }
  }

  /// Takes the progress that fills of an order proved; nil when the order is not known.
  mutating func apply(
    _ id: ExchangeOrderID, _ clientID: ClientOrderID?, progress: OrderProgress, at now: Timestamp
  ) -> Change? {
    let place =
      clientID.flatMap { id in find { $0.clientOrderID == id } }
      ?? find { $0.exchangeOrderID == id }
    guard let place else { return nil }
    let filled = progress.filledContracts - filledContracts(at: place)
    return change(at: place, stateBefore: state(at: place), filled: filled) { order in
      if order.exchangeOrderID == nil { order.exchangeOrderID = id }
      order.progress = progress
      order.enter(Self.state(of: order, reported: nil))
      order.changedAt = now
    }
  }

  /// The state after what has filled and, where there is one, the state that was reported.
  private static func state(of order: TrackedOrder, reported: OrderState?) -> OrderState {
    var state = order.state
    if let reported, let transition = OrderTransition(reported: reported) {
      state = state.after(transition) ?? state
    }
    if order.progress.filledContracts >= order.contracts {
      state = state.after(.wholeFilled) ?? state
    } else if order.progress.filledContracts.isPositive {
      state = state.after(.partFilled) ?? state
    }
    return state
  }

  private enum Place {
    case open(Int)
    case ended(Int)
  }

  private func find(_ reference: OrderReference) -> Place? {
    switch reference {
    case .client(let id): find { $0.clientOrderID == id }
    case .exchange(let id): find { $0.exchangeOrderID == id }
    }
  }

  @inline(__always)
  private func find(_ matches: (TrackedOrder) -> Bool) -> Place? {
    // Looked at where they stand, newest first: an order is large.
    for position in open.indices.reversed() where matches(open[position]) { return .open(position) }
    for position in ended.indices.reversed() where matches(ended[position]) {
      return .ended(position)
    }
    return nil
  }

  private func order(at place: Place) -> TrackedOrder {
    switch place {
    case .open(let position): open[position]
    case .ended(let position): ended[position]
    }
  }

  private func state(at place: Place) -> OrderState {
    switch place {
    case .open(let position): open[position].state
    case .ended(let position): ended[position].state
    }
  }

  private func filledContracts(at place: Place) -> Contracts {
    switch place {
    case .open(let position): open[position].progress.filledContracts
    case .ended(let position): ended[position].progress.filledContracts
    }
  }

  /// Changes an order where it stands, and moves it to those that ended when it did.
  private mutating func change(
    at place: Place, stateBefore: OrderState, filled: Contracts,
    _ body: (inout TrackedOrder) -> Void
  ) -> Change {
    switch place {
    case .open(let position):
      body(&open[position])
      guard open[position].state.isFinal else {
        return Change(order: open[position], stateBefore: stateBefore, filled: filled)
      }
      let order = open.remove(at: position)
      ended.append(order)
      return Change(order: order, stateBefore: stateBefore, filled: filled)
    case .ended(let position):
      let wasLost = stateBefore == .lost
      body(&ended[position])
      let order = ended[position]
      precondition(order.state.isFinal || wasLost, "a final order never comes back to life")
      if wasLost, order.state != .lost, !order.state.isFinal {
        // It was found after all. Its old line stays behind the open one until it falls out.
        open.append(order)
      }
      return Change(order: order, stateBefore: stateBefore, filled: filled)
    }
  }

  private mutating func store(_ order: TrackedOrder) {
    if order.state.isFinal { ended.append(order) } else { open.append(order) }
  }
}

extension OrderTransition {
  /// The transition that a report of a state amounts to; nil for states that only we know.
  public init?(reported state: OrderState) {
    switch state {
    case .live: self = .accepted
    case .partiallyFilled: self = .partFilled
    case .filled: self = .wholeFilled
    case .canceled: self = .wasCanceled
    case .expired: self = .ranOut
    case .rejected: self = .refused
    case .sent, .pendingCancel, .unknown, .lost: return nil
    }
  }
}
