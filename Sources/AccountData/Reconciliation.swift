import Trading
import Units

/// What must happen so that our picture of an account equals the exchange's.
public struct Reconciliation: Sendable, Equatable {
  /// The messages to apply, in order; applying them twice changes nothing the second time.
  public let events: [AccountEvent]
  /// Orders of ours that the exchange's list of live orders does not show: each that the events do
  /// not end must be asked for, never taken for gone (I4).
  public internal(set) var questions: [OrderReference]
  /// Trigger orders that were waiting and are not listed any more.
  public let goneTriggers: [ExchangeOrderID]
  /// Positions whose size changed and no order of ours explains it: made elsewhere (R05, R06).
  public let adjustments: [PositionAdjustment]
}

/// A change of a position that no known order explains.
public struct PositionAdjustment: Sendable, Hashable {
  /// A name that is the same whenever the same difference is found again (R15).
  public let id: String
  /// Which position.
  public let key: PositionKey
  /// The contracts that we expected, negative for a short.
  public let expected: Contracts
  /// The contracts that the exchange reports, negative for a short.
  public let reported: Contracts

  /// States a change.
  public init(id: String, key: PositionKey, expected: Contracts, reported: Contracts) {
    self.id = id
    self.key = key
    self.expected = expected
    self.reported = reported
  }
}

extension Account {
  /// Returns what must happen so that this account equals the exchange's, which was asked at
  /// `requestedAt`.
  ///
  /// Pure. Orders that were sent or changed after the question are not judged by its answer. Only
  /// a snapshot that was read completely gets here, so that a failed query never looks like "flat"
  /// (R10).
  public func reconciled(
    with snapshot: AccountSnapshot, requestedAt: Timestamp
  ) -> Reconciliation {
    var events: [AccountEvent] = [.positionMode(snapshot.positionMode)]
    // A stream may have told of the money after a slow answer was made. What it told before the
    // question is older, whatever its stamp says: a false one would hold for good (B15).
    let isOutdated =
      balance.map { known in
        known.receivedAt > requestedAt
          && known.value.exchangeTime > snapshot.balance.exchangeTime
      } ?? false
    if !isOutdated { events.append(.balance(snapshot.balance)) }
    // Fills first: they carry the figures of orders that the lists do not show any more (O28).
    events += snapshot.fills.map(AccountEvent.fill)
    events += snapshot.orders.map(AccountEvent.order)
    events += snapshot.triggerOrders.map(AccountEvent.triggerOrder)
    let newest = newestPositions(snapshot.positions, askedAt: requestedAt)
    events.append(.positions(newest))
    // Behind the positions, whose list a stream may have made old meanwhile.
    events += (snapshot.leverages ?? []).map {
      .leverage($0.instrument, $0.marginMode, $0.slot, $0.leverage)
    }

    // One that was found nowhere shows in the lists themselves if it lives after all.
    let questions = orders.open.filter { order in
      order.state != .lost && order.changedAt < requestedAt
        && !snapshot.orders.contains { order.isSame(as: $0) }
    }.compactMap(\.reference)
    let gone = triggers.filter { trigger in
      trigger.confirmedAt < requestedAt
        && !snapshot.triggerOrders.contains {
          $0.exchangeOrderID == trigger.order.exchangeOrderID
        }
    }.map(\.order.exchangeOrderID)
    return Reconciliation(
      events: events, questions: questions, goneTriggers: gone,
      adjustments: adjustments(to: newest, snapshot))
  }

  /// Returns what to apply of the part of an answer that guards what is held: stops before their
  /// positions, so that none looks naked in between.
  func holdings(
    _ reports: [Position], _ triggers: [TriggerOrder], _ askedAt: Timestamp
  ) -> [AccountEvent] {
    triggers.map(AccountEvent.triggerOrder)
      + [.positions(newestPositions(reports, askedAt: askedAt))]
  }

  /// Returns the positions of an answer, or what was told of them after its question: an answer of
  /// many parts may be seconds older than the last message of a stream.
  private func newestPositions(_ reports: [Position], askedAt: Timestamp) -> [Position] {
    guard let heardAt = positionsReceivedAt, heardAt > askedAt else { return reports }
    var newest = positions.held.map(\.report)
    for report in reports {
      if let place = newest.firstIndex(where: { $0.key == report.key }) {
        if report.updatedAt >= newest[place].updatedAt { newest[place] = report }
      } else if !endedSince(askedAt, report) {
        newest.append(report)
      }
    }
    return newest
  }

  /// Whether the life of the position in a report ended after a moment.
  ///
  /// One that fills alone told of began with its first fill, which may be told a little later than
  /// the position was made; one that began behind that is another one.
  private func endedSince(_ moment: Timestamp, _ report: Position) -> Bool {
    let isIt = { (cycle: PositionCycle) in
      cycle.key == report.key && cycle.openedAt >= report.createdAt
        && cycle.openedAt - report.createdAt <= Positions.reportGrace
        && cycle.closedAt.map { $0 >= moment } ?? false
    }
    return endedCycles.contains(where: isIt)
      || positions.unsettled.contains { isIt($0.cycle) }
  }

  private func adjustments(
    to reports: [Position], _ snapshot: AccountSnapshot
  ) -> [PositionAdjustment] {
    guard positionsReceivedAt != nil else { return [] }
    var keys = positions.held.map(\.key)
    for position in reports where !keys.contains(position.key) {
      keys.append(position.key)
    }
    return keys.sorted { $0.sorts(before: $1) }.compactMap { key in
      let expected = positions.expectedContracts(key) + filled(key, in: snapshot)
      let report = reports.first { $0.key == key }
      let reported = report?.signedContracts ?? .zero
      guard expected != reported else { return nil }
      let moment = report?.updatedAt ?? positions[key]?.report.updatedAt
      let stamp = moment.map { String($0.milliseconds) } ?? "-"
      return PositionAdjustment(
        id: "\(key.instrument):\(key.slot.rawValue):\(stamp):\(expected):\(reported)", key: key,
        expected: expected, reported: reported)
    }
  }

  /// What the snapshot's fills add to a position beyond the fills that we know already.
  private func filled(_ key: PositionKey, in snapshot: AccountSnapshot) -> Contracts {
    snapshot.fills.reduce(.zero) { sum, fill in
      guard fill.instrument == key.instrument, fill.slot == key.slot,
        !fills.contains(where: { $0.tradeID == fill.tradeID && $0.instrument == fill.instrument }),
        let since = positions[key]?.report.updatedAt ?? positionsReceivedAt,
        fill.exchangeTime > since
      else { return sum }
      return sum + (fill.side == .buy ? fill.contracts : -fill.contracts)
    }
  }
}

extension TrackedOrder {
  /// Whether the report is about this order.
  func isSame(as report: Order) -> Bool {
    if let exchangeOrderID { return exchangeOrderID == report.exchangeOrderID }
    return clientOrderID != nil && clientOrderID == report.clientOrderID
  }
}
