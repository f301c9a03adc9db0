import Simulation
import Units

/// A venue that writes down what it is told, with its state's hash after every input, so that the
/// run can be repeated and compared.
struct VenueRun: Sendable {
  /// One input of a run.
  struct Entry: Sendable, Hashable {
    /// When it was given.
    let time: Timestamp
    /// What was given.
    let input: VenueInput
    /// The state's hash after it.
    let stateHash: UInt64
  }

  /// The venue as it is now.
  private(set) var venue: SimulatedVenue
  /// What it was told, oldest first.
  private(set) var entries: [Entry] = []
  private let opened: SimulatedVenue

  /// Begins to write down from a venue's present state.
  init(_ venue: SimulatedVenue) {
    self.venue = venue
    opened = venue
  }

  /// Gives the venue an input and writes it down; the answer is nil, or why it was refused.
  @discardableResult
  mutating func take(_ input: VenueInput, at time: Timestamp) -> VenueRefusal? {
    let refusal = venue.take(input, at: time)
    entries.append(Entry(time: time, input: input, stateHash: venue.stateHash))
    return refusal
  }

  /// Repeats the run from its beginning; returns the place of the first entry after which the state
  /// is another one, nil when all are the same.
  func firstDifference() -> Int? {
    var again = opened
    for (place, entry) in entries.enumerated() {
      again.take(entry.input, at: entry.time)
      again.discardOutputs()
      if again.stateHash != entry.stateHash { return place }
    }
    return nil
  }
}
