import TestSupport
import Testing
import Trading
import Units

/// The table of order states, pair by pair.
@Suite struct OrderStateTests {
  /// Each row: a state and what each transition makes of it, in the order of `columns`.
  private static let rows: [(OrderState, [OrderState?])] = [
    (
      .sent,
      [
        .live, .rejected, .unknown, .partiallyFilled, .filled, .pendingCancel, .sent, .canceled,
        .expired, .lost,
      ]
    ),
    (
      .live,
      [
        .live, nil, .live, .partiallyFilled, .filled, .pendingCancel, .live, .canceled, .expired,
        .lost,
      ]
    ),
    (
      .partiallyFilled,
      [
        .partiallyFilled, nil, .partiallyFilled, .partiallyFilled, .filled, .pendingCancel,
        .partiallyFilled, .canceled, .expired, .lost,
      ]
    ),
    (
      .pendingCancel,
      [
        .pendingCancel, nil, .pendingCancel, .pendingCancel, .filled, .pendingCancel, .live,
        .canceled, .expired, .lost,
      ]
    ),
    (
      .unknown,
      [
        .live, .rejected, .unknown, .partiallyFilled, .filled, .unknown, .unknown, .canceled,
        .expired, .lost,
      ]
    ),
    (
      .lost,
      [
        .live, .rejected, .lost, .partiallyFilled, .filled, .lost, .lost, .canceled, .expired,
        .lost,
      ]
    ),
    (.filled, [nil, nil, nil, nil, nil, nil, nil, nil, nil, nil]),
    (.rejected, [nil, nil, nil, nil, nil, nil, nil, nil, nil, nil]),
    (.canceled, [nil, nil, nil, nil, .filled, nil, nil, nil, nil, nil]),
    (.expired, [nil, nil, nil, nil, .filled, nil, nil, nil, nil, nil]),
  ]

  private static let columns: [OrderTransition] = [
    .accepted, .refused, .answerLost, .partFilled, .wholeFilled, .cancelSent, .cancelRefused,
    .wasCanceled, .ranOut, .foundNowhere,
  ]

  @Test func `every pair of state and transition is in the table`() {
    #expect(Set(Self.rows.map(\.0)) == Set(OrderState.allCases))
    #expect(Set(Self.columns) == Set(OrderTransition.allCases))
    for (state, results) in Self.rows {
      #expect(results.count == Self.columns.count, "\(state)")
      for (transition, result) in zip(Self.columns, results) {
        #expect(state.after(transition) == result, "\(state) after \(transition)")
      }
    }
  }

  @Test func `an order that ended never comes back to life (O19)`() {
    for state in OrderState.allCases where state.isFinal {
      for transition in OrderTransition.allCases {
        guard let next = state.after(transition) else { continue }
        // A fill that a cancel overtook is the one thing that still counts (O11).
        #expect(next == .filled && transition == .wholeFilled)
      }
    }
  }

  @Test func `exposure ends by the exchange's word or by the order being found nowhere`() {
    for state in OrderState.allCases where state.countsAsExposure {
      for transition in OrderTransition.allCases {
        guard let next = state.after(transition), !next.countsAsExposure else { continue }
        #expect(next.isFinal || transition == .foundNowhere, "\(state) after \(transition)")
      }
    }
  }

  @Test(arguments: Seeds.first(200))
  func `a life of any events ends at most once`(_ seed: UInt64) {
    var random = SeededRandom(seed: seed)
    var state = OrderState.sent
    var ended = 0
    for _ in 0..<30 {
      let transition = OrderTransition.allCases[random.below(OrderTransition.allCases.count)]
      let next = state.after(transition) ?? state
      if next.isFinal && !state.isFinal { ended += 1 }
      #expect(!(state.isFinal && !next.isFinal), "\(state) after \(transition)")
      state = next
    }
    #expect(ended <= 1)
  }

  @Test func `a state is final, counts as exposure, or is lost`() {
    for state in OrderState.allCases {
      let kinds = [state.isFinal, state.countsAsExposure, state == .lost]
      #expect(kinds.count { $0 } == 1, "\(state)")
    }
  }
}
