import Trading
import Units

/// Which rows of a list are wanted; the newest come first. Source: BloFin reference 3, paging.
public struct HistoryPage: Sendable, Hashable {
  /// Only this instrument.
  public var instrument: InstrumentID?
  /// Only rows with a smaller number (`after`).
  public var olderThan: UInt64?
  /// Only rows with a larger number (`before`).
  public var newerThan: UInt64?
  /// Only rows of this moment or later.
  public var begin: Timestamp?
  /// Only rows of this moment or earlier.
  public var end: Timestamp?
  /// How many rows at most.
  public var limit: Int

  /// States which rows are wanted.
  public init(
    instrument: InstrumentID? = nil, olderThan: UInt64? = nil, newerThan: UInt64? = nil,
    begin: Timestamp? = nil, end: Timestamp? = nil, limit: Int = 100
  ) {
    self.instrument = instrument
    self.olderThan = olderThan
    self.newerThan = newerThan
    self.begin = begin
    self.end = end
    self.limit = limit
  }

  func takes(_ instrument: InstrumentID?, _ number: UInt64, _ time: Timestamp) -> Bool {
    if let wanted = self.instrument, wanted != instrument { return false }
    if let olderThan, number >= olderThan { return false }
    if let newerThan, number <= newerThan { return false }
    if let begin, time < begin { return false }
    if let end, time > end { return false }
    return true
  }
}

/// What can be read of an account. The account must be one that this venue opened.
extension SimulatedVenue {
  /// Returns the money of an account. Source: BloFin reference 3.2.2.
  public func balance(of account: VenueAccountID) -> VenueBalance {
    let place = account.index
    var profit = Fixed.zero
    var isolatedProfit = Fixed.zero
    for at in accounts[place].positions.indices {
      let own = terms(of: accounts[place].positions[at]).unrealizedPnL.value
      profit += own
      if accounts[place].positions[at].marginMode == .isolated { isolatedProfit += own }
    }
    var ratio: Rate?
    let cash = accounts[place].cash
    let isolatedMargin = accounts[place].isolatedMargin
    let orderFrozen = accounts[place].orderFrozen
    if accounts[place].crossPositionCount > 0 {
      let figures = poolFigures(account.index)
      ratio = Money(figures.equity).fraction(of: Money(figures.required), .towardZero)
    }
    return VenueBalance(
      equity: Money(cash + profit), cash: Money(cash),
      isolatedEquity: Money(isolatedMargin + isolatedProfit),
      isolatedUnrealizedPnL: Money(isolatedProfit), unrealizedPnL: Money(profit),
      available: Money(max(.zero, available(account.index))),
      orderFrozen: Money(orderFrozen), frozen: Money(orderFrozen + isolatedMargin),
      crossMarginRatio: ratio, time: now)
  }

  /// Returns the sums of an account's ledger.
  public func totals(of account: VenueAccountID) -> AccountTotals {
    accounts[account.index].totals
  }

  /// Returns the open positions of an account, in the order in which they were opened.
  public func positions(
    of account: VenueAccountID, instrument: InstrumentID? = nil
  ) -> [VenuePosition] {
    if instrument == nil {
      switch accounts[account.index].positions.count {
      case 0: return []
      case 1: return [shown(accounts[account.index].positions[0], account.index)]
      default: break
      }
    }
    return accounts[account.index].positions.filter { position in
      instrument == nil || markets[position.market].listing.id == instrument
    }
    .sorted { $0.number < $1.number }
    .map { shown($0, account.index) }
  }

  /// Returns live orders, newest first. Source: BloFin reference 3.4.2.
  public func openOrders(of account: VenueAccountID, _ page: HistoryPage) -> [VenueOrder] {
    var found: [VenueOrder] = []
    var place = accounts[account.index].firstOrder
    while place >= 0, found.count < page.limit {
      let order = orders[Int(place)]
      if page.takes(order.row.instrument, order.row.number.value, order.row.createdAt) {
        found.append(order.row)
      }
      place = order.next
    }
    return found
  }

  /// Returns final orders, newest first by number. Source: BloFin reference 3.4.4.
  public func orderHistory(of account: VenueAccountID, _ page: HistoryPage) -> [VenueOrder] {
    let rows = accounts[account.index].orderHistory.newest(.max) { row in
      page.takes(row.instrument, row.number.value, row.createdAt)
    }
    return Array(rows.sorted { $0.number > $1.number }.prefix(page.limit))
  }

  /// Returns one order in any state; nil when the venue does not know it (any more).
  public func order(_ name: OrderName, of account: VenueAccountID) -> VenueOrder? {
    if let place = liveOrder(name, account.index) { return orders[Int(place)].row }
    return accounts[account.index].orderHistory.newest(1) { row in
      switch name {
      case .number(let number): row.number == number
      case .client(let id): row.clientOrderID == id
      }
    }.first
  }

  /// Returns fills, newest first. Source: BloFin reference 3.4.5.
  public func fills(
    of account: VenueAccountID, order: OrderNumber? = nil, _ page: HistoryPage
  ) -> [VenueFill] {
    accounts[account.index].fills.newest(page.limit) { fill in
      (order == nil || fill.order == order)
        && page.takes(fill.instrument, fill.number.value, fill.time)
    }
  }

  /// Returns live TP/SL (`protection`) or trigger and trailing orders, newest first.
  public func openAlgos(
    of account: VenueAccountID, protection: Bool, _ page: HistoryPage
  ) -> [AlgoOrder] {
    let rows = algos.filter { algo in
      algo.isLive && algo.account == account.index && algo.row.isProtection == protection
        && page.takes(algo.row.instrument, algo.row.number.value, algo.row.createdAt)
    }
    .map(\.row).sorted { $0.number > $1.number }
    return Array(rows.prefix(page.limit))
  }

  /// Returns ended TP/SL (`protection`) or trigger and trailing orders, newest first by number.
  public func algoHistory(
    of account: VenueAccountID, protection: Bool, _ page: HistoryPage
  ) -> [AlgoOrder] {
    let rows = accounts[account.index].algoHistory.newest(.max) { row in
      row.isProtection == protection
        && page.takes(row.instrument, row.number.value, row.createdAt)
    }
    return Array(rows.sorted { $0.number > $1.number }.prefix(page.limit))
  }

  /// Returns one TP/SL or trigger order in any state.
  public func algo(_ name: AlgoName, of account: VenueAccountID) -> AlgoOrder? {
    if let place = liveAlgo(name, account.index) { return algos[Int(place)].row }
    return accounts[account.index].algoHistory.newest(1) { row in
      switch name {
      case .number(let number): row.number == number
      case .client(let id): row.clientOrderID == id
      }
    }.first
  }
}
