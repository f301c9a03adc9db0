import Trading
import Units

/// What goes wrong at an exchange and when, fixed before a run begins: the same plan gives the same
/// faults. For tests; no command uses it.
///
/// These are faults of the exchange itself. What goes wrong on the wire belongs to the server that
/// speaks it.
public struct FaultPlan: Sendable, Hashable {
  /// What happens.
  public enum Verb: Sendable, Hashable {
    /// A part of what is left of the account's oldest resting order fills, at its own price.
    case partialFill(Rate)
    /// The next order that the account cancels fills first, by a part of what is left.
    case fillDuringCancel(Rate)
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
    /// The next orders of the account are refused.
    case refuse(VenueRefusal, count: Int)
  }

  /// One fault.
  public struct Fault: Sendable, Hashable {
    /// When it happens.
    public let time: Timestamp
    /// To whom; faults of the whole exchange ignore it.
    public let account: VenueAccountID
    /// What happens.
    public let verb: Verb

    /// States a fault.
    public init(at time: Timestamp, to account: VenueAccountID, _ verb: Verb) {
      self.time = time
      self.account = account
      self.verb = verb
    }
  }

  /// The faults, the first first.
  public let faults: [Fault]

  /// States a plan; of one moment they happen in the order given.
  public init(_ faults: [Fault]) {
    let places = faults.indices.sorted { (faults[$0].time, $0) < (faults[$1].time, $1) }
    self.faults = places.map { faults[$0] }
  }

  /// Draws a plan of so many faults over a span of time, evenly among the verbs.
  public static func drawn(
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
    switch random.below(10) {
    case 0: return .partialFill(part)
    case 1: return .fillDuringCancel(random.oneIn(2) ? 1 : part)
    case 2:
      return .externalOrder(
        OrderTicket(
          instrument: instrument, marginMode: random.oneIn(2) ? .cross : .isolated,
          side: random.oneIn(2) ? .buy : .sell, type: .market,
          contracts: Contracts(Fixed(random.within(1...20)))))
    case 3: return .externalClose
    case 4: return .externalCancel
    case 5: return .liquidate
    case 6: return .deleverage(part)
    case 7:
      let rate = Rate(Fixed(random.within(-300...300)).divided(by: 100_000, .towardZero))
      return .funding(instrument, rate)
    case 8: return .maintenance(.seconds(Int64(random.within(5...1_200))))
    default: return .refuse(.insufficientMargin, count: random.within(1...3))
    }
  }
}

/// A market to which the faults of a plan happen.
public struct FaultedMarket: MarketSource {
  private var source: any MarketSource
  /// What goes wrong.
  public let plan: FaultPlan
  private var next = 0
  /// When the present maintenance ends.
  private var maintenanceEnd: Timestamp?

  /// Puts a plan over a market.
  public init(_ source: any MarketSource, _ plan: FaultPlan) {
    self.source = source
    self.plan = plan
  }

  public var label: String { "\(source.label), \(plan.faults.count) faults" }

  public var listings: [Listing] { source.listings }

  public var nextTime: Timestamp? {
    let fault = next < plan.faults.count ? plan.faults[next].time : nil
    return [source.nextTime, fault, maintenanceEnd].compactMap { $0 }.min()
  }

  public mutating func start(in venue: inout SimulatedVenue, at time: Timestamp) {
    source.start(in: &venue, at: time)
  }

  /// The market moves first, then what is due goes wrong.
  public mutating func step(_ venue: inout SimulatedVenue) {
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
