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
    var order = order(at: place)
    let before = order.state
    guard let after = before.after(transition) else { return nil }
    order.state = after
    order.changedAt = now
    if let problem { order.problem = problem }
    put(order, at: place)
    return Change(order: order, stateBefore: before, filled: .zero)
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
    var order = order(at: place)
    guard order.exchangeOrderID == nil else { return }
    order.exchangeOrderID = exchangeOrderID
    put(order, at: place)
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
    var order = order(at: place)
    let before = order.state
    if order.exchangeOrderID == nil { order.exchangeOrderID = report.exchangeOrderID }
    if case .normal = order.category { order.category = report.category }
    let filled = progress.filledContracts - order.progress.filledContracts
    order.progress = progress
    order.state = Self.state(of: order, reported: report.state)
    order.changedAt = now
    put(order, at: place)
    return Change(order: order, stateBefore: before, filled: filled)
  }

  /// Takes the progress that fills of an order proved; nil when the order is not known.
  mutating func apply(
    _ id: ExchangeOrderID, _ clientID: ClientOrderID?, progress: OrderProgress, at now: Timestamp
  ) -> Change? {
    let place =
      clientID.flatMap { id in find { $0.clientOrderID == id } }
      ?? find { $0.exchangeOrderID == id }
    guard let place else { return nil }
    var order = order(at: place)
    let before = order.state
    let filled = progress.filledContracts - order.progress.filledContracts
    order.exchangeOrderID = order.exchangeOrderID ?? id
    order.progress = progress
    order.state = Self.state(of: order, reported: nil)
    order.changedAt = now
    put(order, at: place)
    return Change(order: order, stateBefore: before, filled: filled)
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

  private func find(_ matches: (TrackedOrder) -> Bool) -> Place? {
    if let position = open.lastIndex(where: matches) { return .open(position) }
    return ended.lastIndex(where: matches).map(Place.ended)
  }

  private func order(at place: Place) -> TrackedOrder {
    switch place {
    case .open(let position): open[position]
    case .ended(let position): ended[position]
    }
  }

  private mutating func put(_ order: TrackedOrder, at place: Place) {
    switch place {
    case .open(let position):
      if order.state.isFinal {
        open.remove(at: position)
        ended.append(order)
      } else {
        open[position] = order
      }
    case .ended(let position):
      let wasLost = ended[position].state == .lost
      precondition(order.state.isFinal || wasLost, "a final order never comes back to life")
      ended[position] = order
      if wasLost, order.state != .lost, !order.state.isFinal {
        // It was found after all. Its old line stays behind the open one until it falls out.
        open.append(order)
      }
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
