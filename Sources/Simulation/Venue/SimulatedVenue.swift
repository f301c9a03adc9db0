import Trading
import Units

/// An exchange for perpetual contracts as a value: operations in, answers and outputs out.
///
/// It has no clock, no randomness and no I/O: every operation names its time, a market source
/// states the markets (``apply(_:to:at:)`` and its siblings), and the same calls give the same
/// answers, outputs and ``digest``. Operations are taken in the order of their calls; a time before
/// ``now`` counts as ``now``. Rules follow BloFin's reference, chapters 3 to 6; what it leaves open
/// is marked [?] where it is decided.
///
/// Prices and sizes are whole ticks and lots inside, money is exact. Whoever calls takes the
/// outputs after each operation with ``takeOutputs()``.
public struct SimulatedVenue: Sendable {
  /// How it behaves where the exchange can be set or is not settled.
  public let rules: VenueRules
  /// The time of the last operation.
  public internal(set) var now: Timestamp

  var markets: Table<Market>
  let marketPlaces: [InstrumentID: Int]
  /// The market that was last named, most often the one that is named next.
  var lastMarket = 0
  var accounts = Table<AccountState>()
  var orders = Table<LiveOrder>()
  var freeOrder: Int32 = -1
  /// Places of live orders by number.
  var orderPlaces = NumberTable()
  var algos = Table<LiveAlgo>()
  var freeAlgos: ContiguousArray<Int32> = []
  var numbers = NextNumbers()

  var outputs = OutputLog()
  var hasher = StableHasher()
  var schedule: VenueSchedule
  /// Whether a price of a candle is looked at even where nothing can follow from it: the plain way
  /// that the short one is tested against.
  var looksAtEveryPrice = false
  /// What the end of the present operation must look at.
  var pending = PendingWork()

  /// Opens a venue; nil when two listings share a name or the steps of one cannot be counted
  /// exactly in ticks and lots.
  public init?(listings: [Listing], rules: VenueRules = VenueRules(), startingAt time: Timestamp) {
    var markets = Table<Market>()
    var places: [InstrumentID: Int] = [:]
    for listing in listings {
      guard let market = Market(listing, rules: rules, startingAt: time),
        places.updateValue(markets.count, forKey: listing.id) == nil
      else { return nil }
      markets.append(market)
    }
    self.rules = rules
    self.markets = markets
    marketPlaces = places
    now = time
    schedule = VenueSchedule(
      startingAt: time,
      hasMinutes: rules.candleSlippage == nil || rules.accountTradesReachTape)
    schedule.refresh(markets)
  }

  /// Opens an account with money in its futures wallet.
  public mutating func openAccount(
    deposit: Money, at time: Timestamp
  ) -> VenueAccountID {
    advance(to: time)
    let id = VenueAccountID(index: accounts.count)
    accounts.append(AccountState(markets: markets, rules: rules))
    book(.deposit, deposit.value, id.index)
    finishOperation()
    return id
  }

  /// Returns what happened since the last call, oldest first, and forgets it.
  public mutating func takeOutputs() -> [VenueOutput] {
    guard !outputs.isEmpty else { return [] }
    var taken: [VenueOutput] = []
    taken.reserveCapacity(outputs.count)
    outputs.forEach { taken.append($0) }
    outputs.removeAll()
    return taken
  }

  /// Whether anything has happened since outputs were last taken.
  @inline(__always)
  var hasOutputs: Bool { !outputs.isEmpty }

  /// Forgets what happened since outputs were last taken: for those who read the books instead.
  public mutating func discardOutputs() {
    if !outputs.isEmpty { outputs.removeAll() }
  }

  /// Hands what happened since the last call to `body`, oldest first, and forgets it; without the
  /// array of ``takeOutputs()``.
  public mutating func drainOutputs(_ body: (VenueOutput) -> Void) {
    guard !outputs.isEmpty else { return }
    outputs.forEach(body)
    outputs.removeAll()
  }

  /// A digest of everything that has happened: equal in two runs that did the same.
  public var digest: UInt64 { hasher.value }

  /// Whether the venue has such an account.
  public func hasAccount(_ account: VenueAccountID) -> Bool {
    accounts.indices.contains(account.index)
  }

  /// Returns the market of an instrument; nil when it is not listed.
  public func market(_ instrument: InstrumentID) -> MarketIndex? {
    marketPlaces[instrument].map(MarketIndex.init(index:))
  }

  /// Chooses which public outputs a market makes; none at first.
  public mutating func setFeeds(_ feeds: MarketFeeds, of market: MarketIndex) {
    let hadBooks = markets[market.index].feeds.contains(.books)
    markets[market.index].feeds = feeds
    if feeds.contains(.books), !hadBooks {
      markets[market.index].publisher.synchronize(markets[market.index].book)
    }
    schedule.publishes = markets.contains { !$0.feeds.isEmpty }
    schedule.refresh(markets)
  }

  /// Ends the present operation: what follows from it, then the list outputs.
  mutating func finishOperation() {
    if !pending.gone.isEmpty || !pending.movedMarkets.isEmpty { settle() }
    guard !pending.touchedAccounts.isEmpty else { return }
    for place in 0..<pending.touchedAccounts.count {
      let account = pending.touchedAccounts[place]
      let hadPositions = accounts[account].touchedPositions
      accounts.change(account) { state in
        state.touchedPositions = false
        state.touchedBalance = false
      }
      if hadPositions { outputs.positions(account) }
      outputs.balance(account)
    }
    pending.touchedAccounts.removeAll()
  }

  /// Notes that an account's money, and with `positions` its positions, must be announced.
  @inline(__always)
  mutating func touch(_ account: Int, positions: Bool) {
    if !accounts[account].touchedBalance {
      accounts[account].touchedBalance = true
      pending.touchedAccounts.append(account)
    }
    if positions, !accounts[account].touchedPositions {
      accounts[account].touchedPositions = true
    }
  }
}

/// What an operation leaves to its end.
struct PendingWork: Sendable {
  /// Accounts whose lists must be announced, in the order in which they were touched.
  var touchedAccounts = ReusedList<Int>()
  /// Markets whose last price moved and whose triggers must be looked at.
  var movedMarkets: ContiguousArray<Int> = []
  /// Positions that have gone, and whose dependants must go.
  var gone: ContiguousArray<GonePosition> = []

  struct GonePosition: Sendable {
    let account: Int
    let market: Int
    let slot: PositionSlot
    let mode: MarginMode
    let side: PositionSide
  }
}
