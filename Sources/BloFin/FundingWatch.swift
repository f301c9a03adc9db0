import Trading
import Units

/// Finds out when funding has to be read, and what of it is told.
///
/// BloFin's streams do not tell of funding. It is settled on full hours, so the list is read once
/// after each. What the journal of an earlier run has does not count again; without one only what
/// was settled since the start counts. A value without a clock.
nonisolated struct FundingWatch: Sendable {
  /// One settlement of an instrument.
  struct Payment: Hashable, Sendable {
    let instrument: InstrumentID
    /// Positive was received.
    var amount: Money
    let settledAt: Timestamp
  }

  /// How long after a full hour the list has what was settled then.
  private static let delay = TimeSpan.minutes(1)
  private static let hour = TimeSpan.minutes(60)
  /// How far back the list goes. Source: BloFin REST, Get Funding Fee History.
  private static let kept = TimeSpan.days(7)

  /// Since when settlements count.
  private var startedAt: Timestamp?
  /// The full hour whose settlements were read last.
  private var readHour: Timestamp?
  private var askedHour: Timestamp?
  /// What an earlier run knew since then.
  private var known: [FundingRecord] = []
  /// Whether the exchange said that it has no such list.
  private var isGivenUp = false

  /// Counts what was settled since a moment before the start but what an earlier run knew of it.
  mutating func resume(from moment: Timestamp, known: [FundingRecord] = []) {
    startedAt = moment
    self.known = known
  }

  /// Returns the moment since when funding has to be read, nil when there can be nothing new; it is
  /// followed by ``answered(_:)``. `now` is by the exchange's clock.
  mutating func due(at now: Timestamp) -> Timestamp? {
    let startedAt = startedAt ?? now
    self.startedAt = startedAt
    let latest = (now - Self.delay).start(of: Self.hour, offset: .zero)
    let isNew = readHour.map { latest > $0 } ?? true
    guard !isGivenUp, latest > startedAt, askedHour == nil, isNew else { return nil }
    askedHour = latest
    // A list that lagged the last time shows it now.
    return max(readHour.map { max(startedAt, $0 - Self.hour) } ?? startedAt, now - Self.kept)
  }

  /// Stops asking, for the exchange has no such list.
  mutating func giveUp() { isGivenUp = true }

  /// Takes the rows that came, nil when they could not be read; returns the sum of each settlement,
  /// oldest first.
  mutating func answered(_ rows: [Bill]?) -> [Payment] {
    defer { askedHour = nil }
    guard let rows, let startedAt else { return [] }
    readHour = askedHour
    var payments: [Payment] = []
    for row in rows where row.kind == .funding && row.time >= startedAt {
      guard let instrument = row.instrument, !isKnown(instrument, row.time) else { continue }
      // In hedge mode each side has a row.
      if let place = payments.firstIndex(where: {
        $0.instrument == instrument && $0.settledAt == row.time
      }) {
        payments[place].amount += row.amount
      } else {
        payments.append(
          Payment(instrument: instrument, amount: row.amount, settledAt: row.time))
      }
    }
    return payments.sorted {
      ($0.settledAt, $0.instrument.text) < ($1.settledAt, $1.instrument.text)
    }
  }

  private func isKnown(_ instrument: InstrumentID, _ settledAt: Timestamp) -> Bool {
    known.contains { $0.instrument == instrument && $0.settledAt == settledAt }
  }
}
