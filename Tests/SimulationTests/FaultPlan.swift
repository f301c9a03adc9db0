import Simulation
import Trading
import Units

/// What goes wrong at an exchange and when, fixed before a run begins: the same plan gives the same
/// faults.
///
/// These are faults of the exchange itself. What goes wrong on the wire belongs to the server that
/// speaks it.
struct FaultPlan: Sendable, Hashable {
  /// What happens.
  enum Verb: Sendable, Hashable {
    /// A part of what is left of the account's oldest resting order fills, at its own price.
    case partialFill(Rate)
    /// Somebody places an order by hand.
    case externalOrder(OrderTicket)
    /// Somebody closes the account's oldest position by hand.
    case externalClose
    /// Somebody cancels the account's newest order by hand.
    case externalCancel
    /// The account's oldest position is liquidated.
    case liquidate
    /// So large a part of the account's oldest position is deleveraged.
    case deleverage(Rate)
    /// Funding settles out of turn at a rate.
    case funding(InstrumentID, Rate)
    /// The exchange takes no orders for a while and, when it begins, cancels those that rest.
    case maintenance(TimeSpan)
    /// An instrument is suspended or trades again.
    case status(InstrumentID, Instrument.Status)
  }

  /// One fault.
  struct Fault: Sendable, Hashable {
    /// When it happens.
    let time: Timestamp
    /// To whom; faults of the whole exchange ignore it.
    let account: VenueAccountID
    /// What happens.
    let verb: Verb

    /// States a fault.
    init(at time: Timestamp, to account: VenueAccountID, _ verb: Verb) {
      self.time = time
      self.account = account
      self.verb = verb
    }
  }

  /// The faults, the first first.
  let faults: [Fault]

  /// States a plan; of one moment they happen in the order given.
  init(_ faults: [Fault]) {
    let places = faults.indices.sorted { (faults[$0].time, $0) < (faults[$1].time, $1) }
    self.faults = places.map { faults[$0] }
  }

  /// Draws a plan of so many faults over a span of time, evenly among the verbs.
  static func drawn(
    seed: UInt64, count: Int, from start: Timestamp, until end: Timestamp,
    account: VenueAccountID, instrument: InstrumentID
  ) -> FaultPlan {
    precondition(end > start, "a plan has a span of time")
    var random = SeededRandom(seed: seed)
    let span = Int((end - start).milliseconds)
    return FaultPlan(
      (0..<count).map { _ in
        Fault(
          at: start + .milliseconds(Int64(random.below(span))), to: account,
          verb(&random, instrument))
      })
  }

  private static func verb(_ random: inout SeededRandom, _ instrument: InstrumentID) -> Verb {
    let part = Rate(Fixed(random.within(1...99)).divided(by: 100, .towardZero))
    switch random.below(8) {
    case 0: return .partialFill(part)
    case 1:
      return .externalOrder(
        OrderTicket(
          instrument: instrument, marginMode: random.oneIn(2) ? .cross : .isolated,
          side: random.oneIn(2) ? .buy : .sell, type: .market,
          contracts: Contracts(Fixed(random.within(1...20)))))
    case 2: return .externalClose
    case 3: return .externalCancel
    case 4: return .liquidate
    case 5: return .deleverage(part)
    case 6:
      let rate = Rate(Fixed(random.within(-300...300)).divided(by: 100_000, .towardZero))
      return .funding(instrument, rate)
    default: return .maintenance(.seconds(Int64(random.within(5...1_200))))
    }
  }
}

/// A market to which the faults of a plan happen.
struct FaultedMarket: MarketSource {
  private var source: any MarketSource
  /// What goes wrong.
  let plan: FaultPlan
  private var next = 0
  /// When the present maintenance ends.
  private var maintenanceEnd: Timestamp?

  /// Puts a plan over a market.
  init(_ source: any MarketSource, _ plan: FaultPlan) {
    self.source = source
    self.plan = plan
  }

  var label: String { "\(source.label), \(plan.faults.count) faults" }

  var listings: [Listing] { source.listings }

  var nextTime: Timestamp? {
    let fault = next < plan.faults.count ? plan.faults[next].time : nil
    return [source.nextTime, fault, maintenanceEnd].compactMap { $0 }.min()
  }

  mutating func start(in venue: inout SimulatedVenue, at time: Timestamp) {
    source.start(in: &venue, at: time)
  }

  /// The market moves first, then what is due goes wrong.
  mutating func step(_ venue: inout SimulatedVenue) {
    guard let time = nextTime else { return }
    if source.nextTime == time { source.step(&venue) }
    if let end = maintenanceEnd, end <= time {
      maintenanceEnd = nil
      venue.setTrading(.live, at: time)
    }
    while next < plan.faults.count, plan.faults[next].time <= time {
      let fault = plan.faults[next]
      next += 1
      if case .maintenance(let span) = fault.verb {
        venue.beginMaintenance(at: time)
        maintenanceEnd = max(maintenanceEnd ?? time, time + span)
      } else {
        venue.suffer(fault, at: time)
      }
    }
  }
}
