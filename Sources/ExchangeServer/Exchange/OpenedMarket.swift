import Simulation
import Trading
import Units

/// A venue whose markets have their past and their first books: what a server begins with.
///
/// A value, so that one can be prepared and any number of servers begin with it.
struct OpenedMarket: Sendable {
  /// What states the markets.
  let source: any MarketSource
  /// The venue, without accounts.
  let venue: SimulatedVenue
  /// The market's time at the beginning.
  let start: Timestamp
  /// The time of the server's clock then.
  let openedAt: Timestamp

  /// Opens the source that a configuration names, at a moment of the server's clock.
  init(_ configuration: ServerConfiguration, at now: Timestamp) throws(ServerProblem) {
    openedAt = now
    var source = try Self.source(of: configuration.market, seed: configuration.seed)
    // A recording begins in its own time; the built-in market at the present.
    start = configuration.market == .builtIn ? now : source.nextTime ?? now
    guard var venue = SimulatedVenue(listings: source.listings, startingAt: start) else {
      throw .marketSource("its instruments have steps that cannot be counted")
    }
    source.start(in: &venue, at: start)
    self.source = source
    self.venue = venue
  }

  private static func source(
    of choice: ServerConfiguration.MarketChoice, seed: UInt64
  ) throws(ServerProblem) -> any MarketSource {
    switch choice {
    case .builtIn: BuiltInMarket(seed: seed)
    case .candles(let path, let instrument):
      throw .marketSource("\(path) cannot be replayed for \(instrument) yet")
    }
  }
}
