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

  /// An instrument that cannot be traded, and why.
  struct LeftOut: Sendable, Hashable {
    enum Reason: Sendable, Hashable {
      case tiersRefused
      case tiersUnsound
      case stepsUncountable
    }

    let instrument: InstrumentID
    let reason: Reason

    /// The sentence that is told.
    var text: String {
      let reason =
        switch reason {
        case .tiersRefused: "the exchange refuses its tables of margin tiers"
        case .tiersUnsound:
          "its tables of margin tiers are unsound: each must begin at zero and have no gap"
        case .stepsUncountable:
          "its price, size and contract steps are too fine to be counted exactly"
        }
      return "\(instrument) cannot be traded on paper: \(reason)"
    }
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

  /// Takes the rules; returns the tables that must be asked for, none when that was done before. Of
  /// an instrument that is listed twice the first row counts.
  mutating func take(_ list: [Instrument]) -> [Question] {
    guard !hasInstruments else { return [] }
    hasInstruments = true
    var seen: Set<InstrumentID> = []
    instruments = list.filter { wanted.contains($0.id) && seen.insert($0.id).inserted }
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
  var complete: (listings: [Listing], leftOut: [LeftOut])? {
    guard hasInstruments else { return nil }
    var listings: [Listing] = []
    var leftOut: [LeftOut] = []
    for instrument in instruments {
      let questions = MarginMode.allCases.map { Question(instrument: instrument.id, mode: $0) }
      if questions.contains(where: givenUp.contains) {
        leftOut.append(LeftOut(instrument: instrument.id, reason: .tiersRefused))
        continue
      }
      guard let isolated = tiers[Question(instrument: instrument.id, mode: .isolated)],
        let cross = tiers[Question(instrument: instrument.id, mode: .cross)]
      else { return nil }
      if MarketUnits(instrument) == nil {
        leftOut.append(LeftOut(instrument: instrument.id, reason: .stepsUncountable))
      } else if let listing = Self.listing(instrument, isolated: isolated, cross: cross) {
        listings.append(listing)
      } else {
        leftOut.append(LeftOut(instrument: instrument.id, reason: .tiersUnsound))
      }
    }
    return (listings, leftOut)
  }

  /// Returns the listing; nil when its tables are unsound.
  ///
  /// No call tells the thresholds of the price band: those of the built-in table stand in.
  private static func listing(
    _ instrument: Instrument, isolated: [PositionTier], cross: [PositionTier]
  ) -> Listing? {
    let known =
      BuiltInListings.all.first { $0.id == instrument.id }
      ?? BuiltInListings.generic(instrument.id)
    return Listing(
      instrument: instrument, listedAt: known.listedAt, expiresAt: known.expiresAt,
      thresholdX: known.thresholdX, thresholdY: known.thresholdY, thresholdZ: known.thresholdZ,
      isolatedTiers: isolated, crossTiers: cross, fundingInterval: known.fundingInterval)
  }
}
