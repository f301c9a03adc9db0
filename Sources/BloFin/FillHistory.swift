import Exchanges
import Trading
import Units

/// The fills since a moment, read in as many tries as it takes: what came stays, and the next try
/// goes on behind it.
///
/// A busy account has thousands of fills a day, and a list that began anew at each try would never
/// come to its end on a link that fails now and then.
final class FillHistory {
  typealias Done = @MainActor (Result<[Fill], Unproven>) -> Void

  private struct Key: Hashable {
    let instrument: InstrumentID
    let trade: TradeID
  }

  private let calls: RestCalls
  private let catalog: InstrumentCatalog
  private let since: Timestamp
  /// When the first try began, by the exchange's clock.
  private let beganAt: Timestamp
  private let mark = PageMark<Fill>()
  private var isReading = false
  private var waiter: (askedAt: Timestamp, done: Done)?

  /// How far what came since the first try is read again: the list lags a second or two.
  static let overlap = TimeSpan.minutes(5)

  /// Begins a history; nothing is asked yet. Both moments are by the exchange's clock.
  init(_ calls: RestCalls, _ catalog: InstrumentCatalog, since: Timestamp, at now: Timestamp) {
    self.calls = calls
    self.catalog = catalog
    self.since = since
    beganAt = now
  }

  /// Reads on to the end; `done` is called later, once, with all fills up to `now`, unless another
  /// call comes first: then that one gets them.
  func read(at now: Timestamp, _ done: @escaping Done) {
    waiter = (now, done)
    guard !isReading else { return }
    isReading = true
    calls.readAll(
      Lists.fills(catalog, since: since), lane: .ordinary, from: mark
    ) { result in
      self.isReading = false
      guard let waiter = self.waiter else { return }
      self.waiter = nil
      switch result {
      case .success(let fills): self.readNewer(than: fills, waiter.askedAt, waiter.done)
      case .failure: waiter.done(result)
      }
    }
  }

  /// Adds what came since the first try, where this was not the first.
  private func readNewer(than fills: [Fill], _ askedAt: Timestamp, _ done: @escaping Done) {
    guard askedAt > beganAt else { return done(.success(fills)) }
    let list = Lists.fills(catalog, since: max(since, beganAt - Self.overlap))
    calls.readAll(list, lane: .ordinary) { result in
      done(
        result.map { newer in
          var seen = Set(fills.map(Self.key))
          return fills + newer.filter { seen.insert(Self.key($0)).inserted }
        })
    }
  }

  private static func key(_ fill: Fill) -> Key {
    Key(instrument: fill.instrument, trade: fill.tradeID)
  }
}
