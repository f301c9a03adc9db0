import Exchanges
import JSONText
import Trading
import Units

/// What of earlier trading an account shows: the journal of it is missing when it is new (R08).
public nonisolated struct AccountTraces: Sendable, Hashable {
  /// The instruments in which positions are open, whoever opened them, in the exchange's order.
  public let held: [InstrumentID]
  /// How many live orders carry an id of this program.
  public let liveOrders: Int
  /// How many orders with an id of this program ended since the day began.
  public let endedOrders: Int

  /// States what was found.
  public init(held: [InstrumentID], liveOrders: Int, endedOrders: Int) {
    self.held = held
    self.liveOrders = liveOrders
    self.endedOrders = endedOrders
  }

  /// Whether there is nothing: a new journal lacks nothing then.
  public var isEmpty: Bool { held.isEmpty && liveOrders == 0 && endedOrders == 0 }

  /// What there is, as the end of a sentence.
  private var words: String {
    var parts: [String] = []
    if !held.isEmpty { parts.append("positions in \(held.map(\.text).joined(separator: ", "))") }
    if liveOrders > 0 { parts.append("live orders of perpdeck (\(liveOrders))") }
    if endedOrders > 0 { parts.append("orders of perpdeck that ended today (\(endedOrders))") }
    return parts.joined(separator: " and ")
  }

  /// Says that a journal knows nothing of what the account shows; `journal` is its path.
  public func remark(journal: String) -> String {
    "\(journal) knows nothing of this account, which has \(words): a halt, what the day has lost "
      + "and the peak of the equity are not known"
  }

  /// Says why nothing is traded with such a journal, and what to do.
  public func refusal(journal: String) -> String {
    remark(journal: journal)
      + ". Nothing was ordered. Put the journal back, or start with --adopt to go on without it."
  }
}

extension BloFinExchange {
  /// Reads what of earlier trading the account shows; `dayStart` is when the day began.
  ///
  /// The instruments must have been read: no number of an account is believed without their bounds.
  public func readTraces(
    since dayStart: Timestamp,
    _ done: @escaping @MainActor (Result<AccountTraces, ReadFailure>) -> Void
  ) {
    let fail = { @MainActor (unproven: Unproven) in
      done(.failure(ReadFailure(outcome: unproven.outcome)))
    }
    calls.read(.positions, lane: .ordinary) { [self] verdict in
      let held: [Position]
      switch AccountReader.positions(verdict, catalog) {
      case .success(let positions): held = positions
      case .failure(let unproven): return fail(unproven)
      }
      calls.readAll(Lists.ordersPending(catalog), lane: .ordinary) { [self] live in
        guard case .success(let live) = live else { return Self.pass(live, to: fail) }
        let list = Lists.ordersHistory(catalog, of: nil, since: dayStart)
        calls.readAll(list, lane: .ordinary) { ended in
          guard case .success(let ended) = ended else { return Self.pass(ended, to: fail) }
          done(
            .success(
              AccountTraces(
                held: held.map(\.key.instrument), liveOrders: live.filter(Self.isOurs).count,
                endedOrders: ended.filter(Self.isOurs).count)))
        }
      }
    }
  }

  private static func pass<Row>(
    _ result: Result<[Row], Unproven>, to fail: @MainActor (Unproven) -> Void
  ) {
    if case .failure(let unproven) = result { fail(unproven) }
  }

  /// Whether an order carries an id that a run of this program gave.
  private nonisolated static func isOurs(_ order: Order) -> Bool {
    order.clientOrderID?.runStartedAt != nil
  }
}
