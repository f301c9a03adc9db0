import Trading
import Units

extension ProtectionRules {
  /// Journals that a request came to nothing, so that no start waits for what it asked for.
  static func noteEnd(
    of request: ProtectionRequest, _ outcome: Outcome, _ core: inout EngineCore
  ) {
    switch outcome {
    case .confirmed, .unknown: return
    case .refused, .notSent: break
    }
    core.journal(
      .triggerChanged(
        request.ended(.rejected, OutcomeRules.failureText(outcome) ?? "", at: core.now)))
  }

  /// What an earlier run asked for and the exchange does not have came to nothing, or has ended.
  static func earlierRunsEnded(_ snapshot: AccountSnapshot, _ core: inout EngineCore) {
    let resting = Set(snapshot.triggerOrders.compactMap(\.clientOrderID))
    for request in core.earlierProtections where !resting.contains(request.clientOrderID) {
      core.journal(
        .triggerChanged(request.ended(.canceled, "not found at the start", at: core.now)))
    }
    core.earlierProtections = []
  }
}

extension ProtectionRequest {
  /// What it holds, as the beginning of a sentence.
  var legs: String {
    switch (stopLoss, takeProfit) {
    case (.some, .some): "a stop and a target were"
    case (.some, nil): "a stop was"
    case (nil, .some), (nil, nil): "a target was"
    }
  }

  /// That it came to nothing or has ended, as the journal keeps it.
  fileprivate func ended(
    _ state: TriggerChange.State, _ cause: String, at now: Timestamp
  ) -> TriggerChange {
    TriggerChange(
      clientOrderID: clientOrderID, exchangeOrderID: nil, instrument: key.instrument, side: side,
      state: state, takeProfit: takeProfit, stopLoss: stopLoss, cause: cause, at: now)
  }
}
