import Units

/// The moments at which the venue acts on its own.
struct VenueSchedule: Sendable {
  /// The next settlement of funding of any market.
  private(set) var nextFunding = Timestamp(milliseconds: .max)
  /// The next end of a minute.
  var nextMinute: Timestamp
  /// The next publication of books; tickers go with every tenth.
  var nextPublication: Timestamp
  /// Whether anything is published.
  var publishes = false
  /// The earliest of them.
  private(set) var next = Timestamp(milliseconds: .max)

  /// How often books are published. Source: BloFin reference 4.3.
  static let publicationInterval = TimeSpan.milliseconds(100)
  /// How often tickers are published. Source: BloFin reference 4.3.
  static let tickerInterval = TimeSpan.seconds(1)

  /// `hasMinutes` is off where no trade ever reaches the tape: then no candle forms.
  init(startingAt time: Timestamp, hasMinutes: Bool) {
    nextMinute =
      hasMinutes
      ? time.start(of: .minutes(1)) + .minutes(1) : Timestamp(milliseconds: .max)
    nextPublication = time.start(of: Self.publicationInterval) + Self.publicationInterval
  }

  /// Finds the earliest moment anew.
  mutating func refresh(_ markets: Table<Market>) {
    nextFunding = Timestamp(milliseconds: .max)
    for place in markets.indices {
      nextFunding = min(nextFunding, markets[place].nextFundingTime)
    }
    refreshNext()
  }

  /// Finds the earliest moment anew when funding times have not changed.
  mutating func refreshNext() {
    next = min(nextFunding, nextMinute)
    if publishes { next = min(next, nextPublication) }
  }
}

extension SimulatedVenue {
  /// The next moment at which the venue acts on its own: call ``advance(to:)`` then.
  public var nextDue: Timestamp { schedule.next }

  /// The next moment at which there is something to tell: publications of what has not changed are
  /// left out. Whoever lets time pass only then hears the same as at every ``nextDue``.
  public var nextNews: Timestamp {
    let others = min(schedule.nextFunding, schedule.nextMinute)
    guard schedule.publishes else { return others }
    let publication = schedule.nextPublication
    if markets.indices.contains(where: {
      markets[$0].bookIsDirty && markets[$0].feeds.contains(.books)
    }) {
      return min(others, publication)
    }
    guard
      markets.indices.contains(where: {
        markets[$0].tickerIsDirty && markets[$0].feeds.contains(.tickers)
      })
    else { return others }
    let second = publication.start(of: VenueSchedule.tickerInterval)
    return min(others, second == publication ? second : second + VenueSchedule.tickerInterval)
  }

  /// Lets time pass: settles funding, ends minutes and publishes books up to a moment.
  @inline(__always)
  public mutating func advance(to time: Timestamp) {
    if time >= schedule.next { runSchedule(through: time) }
    if time > now { now = time }
  }

  private mutating func runSchedule(through time: Timestamp) {
    while schedule.next <= time {
      now = max(now, schedule.next)
      if schedule.next == schedule.nextFunding {
        settleFunding()
      } else if schedule.next == schedule.nextMinute {
        endMinute(nextAfter: time)
      } else {
        publish(nextAfter: time)
      }
    }
  }

  /// Ends the minute of every market. Of a long silence only the last end is acted on: flat minutes
  /// are made up when candles roll.
  private mutating func endMinute(nextAfter time: Timestamp) {
    let end = schedule.nextMinute
    for place in markets.indices {
      let openTime = markets[place].candles.minute?.openTime
      let didClose = markets[place].candles.roll(to: end)
      markets[place].markCandles.roll(to: end)
      markets[place].indexCandles.roll(to: end)
      if didClose, let openTime, markets[place].feeds.contains(.candles) {
        outputs.append(.candlesClosed(markets[place].listing.id, openTime: openTime))
      }
    }
    let following = time.start(of: .minutes(1))
    schedule.nextMinute = following > end + .minutes(1) ? following : end + .minutes(1)
    schedule.refreshNext()
  }

  /// Publishes what has changed since the last publication.
  private mutating func publish(nextAfter time: Timestamp) {
    let moment = schedule.nextPublication
    let withTickers = moment.start(of: VenueSchedule.tickerInterval) == moment
    for place in markets.indices {
      if markets[place].bookIsDirty, markets[place].feeds.contains(.books) {
        publishBook(place)
      }
      if withTickers, markets[place].tickerIsDirty, markets[place].feeds.contains(.tickers) {
        markets[place].tickerIsDirty = false
        outputs.append(.ticker(markets[place].listing.id))
      }
    }
    // After a silence the missed publications had nothing to say.
    let interval = VenueSchedule.publicationInterval
    let quiet = time.start(of: interval)
    let changed = markets.indices.contains { place in
      (markets[place].bookIsDirty && markets[place].feeds.contains(.books))
        || (markets[place].tickerIsDirty && markets[place].feeds.contains(.tickers))
    }
    schedule.nextPublication =
      !changed && quiet > moment + interval ? quiet : moment + interval
    schedule.refreshNext()
  }

  private mutating func publishBook(_ place: Int) {
    markets[place].bookIsDirty = false
    let update = markets[place].publisher.publish(
      markets[place].book, markets[place].units, markets[place].listing.id, at: now)
    if let update { outputs.append(.book(update)) }
  }
}
