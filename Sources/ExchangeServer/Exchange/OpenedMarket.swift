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
  /// The time of the server's clock then; nil where it does not matter, and the market begins when
  /// it is served.
  let openedAt: Timestamp?

  /// Opens the source that a configuration names, at a moment of the server's clock.
  init(_ configuration: ServerConfiguration, at now: Timestamp) throws(ServerProblem) {
    // A recording begins in its own time; the built-in market at the present.
    let (opened, begin) = try Self.source(of: configuration)
    var source = opened
    start = begin ?? now
    openedAt = begin == nil ? now : nil
    guard var venue = SimulatedVenue(listings: source.listings, startingAt: start) else {
      throw .marketSource("its instruments have steps that cannot be counted")
    }
    source.start(in: &venue, at: start)
    self.source = source
    self.venue = venue
  }

  /// Returns the source that is asked for and, of a recording, when it begins.
  private static func source(
    of configuration: ServerConfiguration
  ) throws(ServerProblem) -> (source: any MarketSource, start: Timestamp?) {
    switch configuration.market {
    case .builtIn: return (BuiltInMarket(seed: configuration.seed), nil)
    case .candles(let path, let instrument):
      do throws(RecordingProblem) {
        let recording = try Recording([(instrument: instrument, file: CandleFile(path: path))])
        return (recording, recording.startTime)
      } catch {
        throw .marketSource("\(error)")
      }
    }
  }
}
