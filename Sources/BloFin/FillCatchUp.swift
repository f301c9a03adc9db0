import Trading
import Units

/// Finds out which fills an order's growing filled size is made of.
///
/// BloFin's streams carry no fills: an order's push only says how much has filled in all. The list
/// of fills is therefore read for each order that has grown, until its fills add up; the list lags
/// a second or two. A value without a clock.
nonisolated struct FillCatchUp: Sendable {
  /// What to read.
  struct Question: Hashable, Sendable {
    let instrument: InstrumentID
    let order: ExchangeOrderID
    /// No fill of it that is missing is older, by the exchange's clock.
    let since: Timestamp
  }

  private struct Entry: Sendable {
    let instrument: InstrumentID
    let order: ExchangeOrderID
    let clientOrderID: ClientOrderID?
    let since: Timestamp
    var wanted: Contracts
    var found: Contracts = .zero
    var seen: Set<TradeID> = []
    var attempt = 0
    var isAsked = false
    /// When to ask; nil when the fills add up.
    var due: Timestamp?
  }

  private var entries: [Entry] = []

  /// How long to wait before each attempt, in milliseconds; the last is repeated.
  ///
  /// Dense where the list is expected to have caught up, for the journal waits for it.
  private static let delays: [Int64] = [
    400, 400, 400, 400, 400, 500, 500, 1_000, 2_000, 4_000, 8_000, 10_000,
  ]
  /// After how many attempts without a new fill an order is given up.
  private static let attempts = 14
  /// How far the exchange's own times of an order and its fills may lie apart.
  private static let slack = TimeSpan.minutes(1)
  /// What is due within this span is asked together.
  private static let together = TimeSpan.milliseconds(300)
  /// How many orders are remembered; the oldest that adds up is forgotten first.
  private static let capacity = 256

  /// Notes an order as its push tells it.
  mutating func note(_ order: Order, at now: Timestamp) {
    guard order.filledContracts.isPositive else { return }
    let index =
      entries.firstIndex { $0.order == order.exchangeOrderID } ?? add(order)
    guard order.filledContracts > entries[index].wanted || entries[index].wanted.isZero else {
      return
    }
    entries[index].wanted = order.filledContracts
    entries[index].attempt = 0
    guard entries[index].found < entries[index].wanted else { return }
    let first = now + .milliseconds(Self.delays[0])
    entries[index].due = min(entries[index].due ?? first, first)
  }

  /// Returns what to read now; each must be followed by ``answered(_:with:at:)``.
  ///
  /// When one is due, those that are due soon are asked with it: one list can tell of all.
  mutating func takeDue(at now: Timestamp) -> [Question] {
    guard let next = nextMoment, next <= now else { return [] }
    var due: [Question] = []
    for index in entries.indices where !entries[index].isAsked {
      guard let moment = entries[index].due, moment <= now + Self.together else { continue }
      entries[index].isAsked = true
      entries[index].attempt += 1
      due.append(
        Question(
          instrument: entries[index].instrument, order: entries[index].order,
          since: entries[index].since))
    }
    return due
  }

  /// Whether a list is being read.
  var isAsking: Bool { entries.contains(where: \.isAsked) }

  /// Takes the fills of an order, nil when reading failed.
  ///
  /// Returns the fills that are new, oldest first, with our order id; and a complaint when the
  /// order is given up.
  mutating func answered(
    _ question: Question, with fills: [Fill]?, at now: Timestamp
  ) -> (new: [Fill], complaint: String?) {
    guard let index = entries.firstIndex(where: { $0.order == question.order }) else {
      return ([], nil)
    }
    entries[index].isAsked = false
    var new: [Fill] = []
    if let fills {
      for fill in fills.sorted(by: Self.isEarlier)
      where fill.exchangeOrderID == question.order {
        guard entries[index].seen.insert(fill.tradeID).inserted else { continue }
        entries[index].found += fill.contracts
        new.append(fill.with(clientOrderID: entries[index].clientOrderID))
      }
    }
    if !new.isEmpty { entries[index].attempt = 0 }
    guard entries[index].found < entries[index].wanted else {
      entries[index].due = nil
      return (new, nil)
    }
    guard entries[index].attempt < Self.attempts else {
      entries[index].due = nil
      return (new, Self.complaint(entries[index]))
    }
    let delay = Self.delays[min(entries[index].attempt, Self.delays.count - 1)]
    entries[index].due = now + .milliseconds(delay)
    return (new, nil)
  }

  /// When to ask next; nil when nothing is missing.
  var nextMoment: Timestamp? {
    entries.filter { !$0.isAsked }.compactMap(\.due).min()
  }

  private mutating func add(_ order: Order) -> Int {
    if entries.count >= Self.capacity {
      let oldest = entries.firstIndex { $0.due == nil && !$0.isAsked } ?? entries.startIndex
      entries.remove(at: oldest)
    }
    entries.append(
      Entry(
        instrument: order.instrument, order: order.exchangeOrderID,
        clientOrderID: order.clientOrderID, since: order.updatedAt - Self.slack, wanted: .zero))
    return entries.count - 1
  }

  private static func complaint(_ entry: Entry) -> String {
    "BloFin reports \(entry.wanted) contracts of order \(entry.order) as filled and lists fills "
      + "for \(entry.found)."
  }

  private static func isEarlier(_ left: Fill, _ right: Fill) -> Bool {
    left.exchangeTime != right.exchangeTime
      ? left.exchangeTime < right.exchangeTime : left.tradeID < right.tradeID
  }
}

nonisolated extension Fill {
  /// Returns the fill with our id of its order, which BloFin's list of fills leaves out.
  func with(clientOrderID: ClientOrderID?) -> Fill {
    Fill(
      tradeID: tradeID, exchangeOrderID: exchangeOrderID, clientOrderID: clientOrderID,
      instrument: instrument, side: side, slot: slot, price: price, contracts: contracts, fee: fee,
      realizedPnL: realizedPnL, exchangeTime: exchangeTime)
  }
}
