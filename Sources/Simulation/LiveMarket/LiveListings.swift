import Trading
import Units

/// Gathers what a venue must know of instruments before it can open: their rules and both tables of
/// margin tiers.
struct LiveListings: Sendable {
  /// A table that is still missing.
  struct Question: Sendable, Hashable {
    let instrument: InstrumentID
    let mode: MarginMode
  }

  private let wanted: Set<InstrumentID>
  private var instruments: [Instrument] = []
  private var tiers: [Question: [PositionTier]] = [:]
  private var givenUp: Set<Question> = []
  private var hasInstruments = false

  /// Begins with the instruments that are to be traded.
  init(_ wanted: [InstrumentID]) {
    self.wanted = Set(wanted)
  }

  /// Takes the rules; returns the tables that must be asked for, none when that was done before.
  mutating func take(_ list: [Instrument]) -> [Question] {
    guard !hasInstruments else { return [] }
    hasInstruments = true
    instruments = list.filter { wanted.contains($0.id) }
    return instruments.flatMap { instrument in
      MarginMode.allCases.map { Question(instrument: instrument.id, mode: $0) }
    }
  }

  /// Takes a table.
  mutating func take(_ table: [PositionTier], for question: Question) { tiers[question] = table }

  /// Whether a table has come.
  func has(_ question: Question) -> Bool { tiers[question] != nil }

  /// Notes that there is no such table: the instrument is left out.
  mutating func giveUp(_ question: Question) { givenUp.insert(question) }

  /// What can be traded, once everything has come; nil before.
  var complete: (listings: [Listing], leftOut: [InstrumentID])? {
    guard hasInstruments else { return nil }
    var listings: [Listing] = []
    var leftOut: [InstrumentID] = []
    for instrument in instruments {
      let questions = MarginMode.allCases.map { Question(instrument: instrument.id, mode: $0) }
      if questions.contains(where: givenUp.contains) {
        leftOut.append(instrument.id)
        continue
      }
      guard let isolated = tiers[Question(instrument: instrument.id, mode: .isolated)],
        let cross = tiers[Question(instrument: instrument.id, mode: .cross)]
      else { return nil }
      if let listing = Self.listing(instrument, isolated: isolated, cross: cross) {
        listings.append(listing)
      } else {
        leftOut.append(instrument.id)
      }
    }
    return (listings, leftOut)
  }

  /// Returns the listing; nil when its steps cannot be counted exactly or its tables are unsound.
  ///
  /// No call tells the thresholds of the price band: those of the built-in table stand in.
  private static func listing(
    _ instrument: Instrument, isolated: [PositionTier], cross: [PositionTier]
  ) -> Listing? {
    guard MarketUnits(instrument) != nil else { return nil }
    let known =
      BuiltInListings.all.first { $0.id == instrument.id }
      ?? BuiltInListings.generic(instrument.id)
    return Listing(
      instrument: instrument, listedAt: known.listedAt, expiresAt: known.expiresAt,
      thresholdX: known.thresholdX, thresholdY: known.thresholdY, thresholdZ: known.thresholdZ,
      isolatedTiers: isolated, crossTiers: cross, fundingInterval: known.fundingInterval)
  }
}
