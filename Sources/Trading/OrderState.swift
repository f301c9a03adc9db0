/// Where an order stands, as far as we can prove.
public enum OrderState: String, Sendable, Hashable, CaseIterable {
  /// The request has left; no word yet.
  case sent
  /// The exchange has it and nothing has filled.
  case live
  /// A part has filled, the rest is live.
  case partiallyFilled
  /// A cancel has left; it counts as live until proven otherwise.
  case pendingCancel
  /// The whole size has filled.
  case filled
  /// Ended on request; what had filled stays filled.
  case canceled
  /// The exchange refused it.
  case rejected
  /// Ended by its time in force.
  case expired
  /// Sent, and the answer was lost: counts fully as exposure and is resolved by asking.
  case unknown
  /// Asked for everywhere and long enough, and not found; still watched.
  case lost

  /// Whether the order can never trade again, by the exchange's own word.
  public var isFinal: Bool {
    switch self {
    case .filled, .canceled, .rejected, .expired: true
    case .sent, .live, .partiallyFilled, .pendingCancel, .unknown, .lost: false
    }
  }

  /// Whether the order may add to a position and therefore counts as exposure.
  public var countsAsExposure: Bool {
    switch self {
    case .sent, .live, .partiallyFilled, .pendingCancel, .unknown: true
    case .filled, .canceled, .rejected, .expired, .lost: false
    }
  }
}

/// Something that moves an order from one state to another.
public enum OrderTransition: Sendable, Hashable, CaseIterable {
  /// The exchange confirmed that it has the order.
  case accepted
  /// The exchange refused the order.
  case refused
  /// No usable answer came.
  case answerLost
  /// A part filled.
  case partFilled
  /// The rest filled.
  case wholeFilled
  /// We sent a cancel.
  case cancelSent
  /// The exchange refused the cancel, the order being alive.
  case cancelRefused
  /// The exchange says it is canceled.
  case wasCanceled
  /// The exchange says its time ran out.
  case ranOut
  /// It was found nowhere, after every list was asked and the least age had passed.
  case foundNowhere
}

extension OrderState {
  /// Returns the state after a transition; nil where the pair makes no sense and is ignored.
  ///
  /// States only move forward: a late "live" never revives a final order (fault case O19). What the
  /// real world does all the same has a remark at its row.
  public func after(_ transition: OrderTransition) -> OrderState? {
    switch (self, transition) {
    case (.sent, .accepted), (.unknown, .accepted), (.lost, .accepted): .live
    case (.live, .accepted), (.partiallyFilled, .accepted), (.pendingCancel, .accepted): self
    case (.sent, .refused), (.unknown, .refused), (.lost, .refused): .rejected
    // A fill can overtake the answer, and the answer can then be lost: what filled stays filled.
    case (.live, .refused), (.partiallyFilled, .refused), (.pendingCancel, .refused): nil
    case (.sent, .answerLost): .unknown
    // The stream proved the order alive before its own answer was lost (O10).
    case (.live, .answerLost), (.partiallyFilled, .answerLost), (.pendingCancel, .answerLost),
      (.unknown, .answerLost), (.lost, .answerLost):
      self
    case (.pendingCancel, .partFilled): .pendingCancel
    case (.sent, .partFilled), (.live, .partFilled), (.partiallyFilled, .partFilled),
      (.unknown, .partFilled), (.lost, .partFilled):
      .partiallyFilled
    case (.sent, .wholeFilled), (.live, .wholeFilled), (.partiallyFilled, .wholeFilled),
      (.pendingCancel, .wholeFilled), (.unknown, .wholeFilled), (.lost, .wholeFilled):
      .filled
    // The fill and the cancel crossed: a cancel report can arrive first (O11, O19).
    case (.canceled, .wholeFilled), (.expired, .wholeFilled): .filled
    case (.sent, .cancelSent), (.live, .cancelSent), (.partiallyFilled, .cancelSent): .pendingCancel
    // An unknown order stays unknown while it is being canceled: its exposure must not shrink.
    case (.unknown, .cancelSent), (.pendingCancel, .cancelSent), (.lost, .cancelSent): self
    case (.pendingCancel, .cancelRefused): .live
    case (.live, .cancelRefused), (.partiallyFilled, .cancelRefused), (.unknown, .cancelRefused),
      (.sent, .cancelRefused), (.lost, .cancelRefused):
      self
    case (.sent, .wasCanceled), (.live, .wasCanceled), (.partiallyFilled, .wasCanceled),
      (.pendingCancel, .wasCanceled), (.unknown, .wasCanceled), (.lost, .wasCanceled):
      .canceled
    case (.sent, .ranOut), (.live, .ranOut), (.partiallyFilled, .ranOut),
      (.pendingCancel, .ranOut), (.unknown, .ranOut), (.lost, .ranOut):
      .expired
    case (.sent, .foundNowhere), (.unknown, .foundNowhere), (.lost, .foundNowhere): .lost
    case (.pendingCancel, .foundNowhere), (.live, .foundNowhere), (.partiallyFilled, .foundNowhere):
      .lost
    case (.filled, _), (.canceled, _), (.rejected, _), (.expired, _): nil
    }
  }
}
