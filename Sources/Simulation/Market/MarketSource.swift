import Trading
import Units

/// Something that states the markets of a venue as time passes: built in, recorded or live.
///
/// It is a value that is asked for its next moment and then stepped; it never reads a clock.
public protocol MarketSource: Sendable {
  /// What it is, for the screen and reports, such as `built-in market, seed 7`.
  var label: String { get }

  /// The instruments that it states.
  var listings: [Listing] { get }

  /// Fills in the past and the first book of every market; called once before any step.
  mutating func start(in venue: inout SimulatedVenue, at time: Timestamp)

  /// When it next has something to say; nil when it has come to its end.
  var nextTime: Timestamp? { get }

  /// Says what is due at ``nextTime``, in the venue's time of that moment.
  mutating func step(_ venue: inout SimulatedVenue)
}

extension MarketSource {
  /// Lets a source and a venue run together up to a moment.
  ///
  /// What both have due at one moment the venue does first: funding is settled and minutes end on
  /// the prices before it.
  public mutating func run(_ venue: inout SimulatedVenue, until time: Timestamp) {
    while let next = nextTime, next <= time { step(&venue) }
    venue.advance(to: time)
  }
}
