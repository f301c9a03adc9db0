import Exchanges
import Trading
import Units

/// A paper account at a live market, as a value: market events and requests in, account events and
/// outcomes out.
struct PaperDesk: Sendable {
  private(set) var venue: SimulatedVenue
  let account: VenueAccountID
  private var feed: LiveFeed
  /// Nothing public is wanted of the venue: that comes from the market itself.
  private let translation = VenueSubscriptions()

  /// Opens the account; nil when two listings share a name or cannot be counted.
  init?(
    _ listings: [Listing], deposit: Money, bookAgeMaximum: TimeSpan, at now: Timestamp
  ) {
    // A live market does not react to paper: our trades are not on its tape.
    let rules = VenueRules(accountTradesReachTape: false)
    guard var venue = SimulatedVenue(listings: listings, rules: rules, startingAt: now) else {
      return nil
    }
    account = venue.openAccount(deposit: deposit, at: now)
    _ = venue.takeOutputs()
    self.venue = venue
    feed = LiveFeed(bookAgeMaximum: bookAgeMaximum)
  }

  /// When the venue next acts on its own, as it does to settle funding.
  var nextDue: Timestamp { venue.nextDue }

  /// Lets time pass.
  mutating func advance(to now: Timestamp) -> [ExchangeEvent] {
    venue.advance(to: now)
    return takeEvents()
  }

  /// Hears what the market said; returns what that did to the account.
  mutating func hear(_ event: MarketEvent, at now: Timestamp) -> [ExchangeEvent] {
    feed.take(event, to: &venue, at: now)
    return takeEvents()
  }

  /// Carries out a request about the account; returns events and then its outcome.
  mutating func answer(
    _ request: ExchangeRequest, at now: Timestamp
  ) -> (events: [ExchangeEvent], outcome: Outcome) {
    if let instrument = Self.filled(by: request), venue.market(instrument) != nil,
      !feed.isLive(instrument, at: now)
    {
      return (
        [],
        .notSent("the live book of \(instrument) is stale: paper fills only on live prices")
      )
    }
    var answer = RequestAnswer()
    answer.carryOut(request, on: &venue, account, at: now)
    return (takeEvents() + answer.events, answer.outcome)
  }

  /// Returns the instrument whose book a request can be filled from at once; nil for all others.
  private static func filled(by request: ExchangeRequest) -> InstrumentID? {
    switch request {
    case .submit(let order): order.instrument
    case .closePosition(let key, _): key.instrument
    case .cancel, .protect, .cancelTrigger, .setLeverage, .setPositionMode, .accountSnapshot,
      .orderStatus, .instruments, .candles, .tiers, .subscribe:
      nil
    }
  }

  private mutating func takeEvents() -> [ExchangeEvent] {
    let outputs = venue.takeOutputs()
    guard !outputs.isEmpty else { return [] }
    return translation.events(for: outputs, of: account, in: &venue)
  }
}
