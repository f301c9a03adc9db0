import Trading
import Units

/// A made-up market of ten perpetual contracts with BloFin's own steps, for trying things out
/// without a network. It is always labeled as built in: nothing in it happened anywhere.
///
/// Prices have fat tails, calm and wild times and a common factor; books have depth that grows away
/// from a narrow spread; trades take from the best levels and lean with the price. Everything comes
/// from one seed.
public struct BuiltInMarket: MarketSource {
  /// The seed of everything.
  public let seed: UInt64
  /// Milliseconds between two steps; every instrument moves at every step.
  public let stepInterval: TimeSpan

  /// Whether two years of candles are made up at the start, so that charts are full at once.
  public let hasPast: Bool

  private var instruments: [BuiltInInstrument] = []
  private var random: SeededRandom
  private var moment: Timestamp?
  private var stepCount = 0

  /// Trades per second of one instrument, on average.
  static let tradesPerSecond = 2.5
  /// Levels per side; a little more than are published.
  private static let depth = 210
  /// How long before a publication a step is.
  private static let stepLead = TimeSpan.milliseconds(2)
  private static let markInterval = TimeSpan.seconds(1)
  private static let fundingInterval = TimeSpan.minutes(1)

  /// Makes a market; five steps a second by default, which an idle screen hardly feels.
  public init(
    seed: UInt64, stepInterval: TimeSpan = .milliseconds(200), hasPast: Bool = true
  ) {
    precondition(stepInterval > .zero, "steps take time")
    self.seed = seed
    self.stepInterval = stepInterval
    self.hasPast = hasPast
    random = SeededRandom(seed: seed)
    for listing in BuiltInListings.all {
      let own = random.split()
      guard let instrument = BuiltInInstrument(listing, seed: own, depth: Self.depth) else {
        preconditionFailure("the built-in table counts exactly")
      }
      instruments.append(instrument)
    }
  }

  public var label: String { "built-in market, seed \(seed)" }

  public var listings: [Listing] { instruments.map(\.listing) }

  public var nextTime: Timestamp? { moment }

  public mutating func start(in venue: inout SimulatedVenue, at time: Timestamp) {
    let history = hasPast ? BuiltInHistory(endingAt: time, random: &random) : nil
    for place in instruments.indices {
      guard let market = venue.market(instruments[place].listing.id) else {
        preconditionFailure("the venue lists what its source states")
      }
      if let history {
        venue.fillHistory(of: market) { history.fill(instruments[place], into: &$0, &random) }
      }
      venue.apply(instruments[place].requote(), replacing: true, to: market, at: time)
      stateMark(place, market, &venue, time)
      venue.applyFundingRate(instruments[place].nextFundingRate(), to: market, at: time)
      let first = instruments[place].firstTrade()
      venue.applyTrade(first.side, ticks: first.ticks, lots: first.lots, to: market, at: time)
    }
    moment = firstStep(after: time)
  }

  /// A moment before a publication of the venue where that is possible, so that what a step changes
  /// is told at once.
  private func firstStep(after time: Timestamp) -> Timestamp {
    guard stepInterval > Self.stepLead else { return time + stepInterval }
    let moment = (time + stepInterval).start(of: stepInterval) - Self.stepLead
    return moment > time ? moment : moment + stepInterval
  }

  public mutating func step(_ venue: inout SimulatedVenue) {
    guard let time = moment else { return }
    let seconds = Double(stepInterval.milliseconds) / 1_000
    let shared = random.fatNormal()
    for place in instruments.indices {
      guard let market = venue.market(instruments[place].listing.id) else { continue }
      instruments[place].move(shared, seconds: seconds)
      venue.apply(instruments[place].requote(), to: market, at: time)
      for trade in instruments[place].trades(mean: Self.tradesPerSecond * seconds) {
        venue.applyTrade(trade.side, ticks: trade.ticks, lots: trade.lots, to: market, at: time)
      }
      if isDue(Self.markInterval) { stateMark(place, market, &venue, time) }
      if isDue(Self.fundingInterval) {
        venue.applyFundingRate(instruments[place].nextFundingRate(), to: market, at: time)
      }
    }
    stepCount += 1
    moment = time + stepInterval
  }

  /// Whether something that happens in intervals happens at the present step.
  private func isDue(_ interval: TimeSpan) -> Bool {
    let steps = max(1, interval.milliseconds / stepInterval.milliseconds)
    return stepCount % Int(steps) == 0
  }

  private func stateMark(
    _ place: Int, _ market: MarketIndex, _ venue: inout SimulatedVenue, _ time: Timestamp
  ) {
    venue.applyMark(
      instruments[place].mark, index: instruments[place].index, to: market, at: time)
  }
}

extension SimulatedVenue {
  /// Lets a source fill in the past of a market, before its first trade.
  mutating func fillHistory(of market: MarketIndex, _ fill: (inout Market) -> Void) {
    fill(&markets[market.index])
  }
}
