import AccountData
import Alerts
import Trading
import Units

/// What is told of an order of ours that the exchange ended before it was filled whole, though
/// nobody here asked for it.
enum UnfilledRules {
  /// An order has changed: tells of its end, once.
  static func orderChanged(_ change: Orders.Change, _ core: inout EngineCore) {
    let order = change.order
    guard let before = change.stateBefore, !before.isFinal, before != .pendingCancel,
      let words = order.shortfall, !isExpected(order, from: before, core)
    else { return }
    let isStrategy = if case .own(.strategy) = order.owner { true } else { false }
    core.notify(
      isStrategy || order.didWhatItCould ? .notice : .warning, words, order.instrument)
    if order.wasKilled {
      core.alerts.book.happened(
        .refused, order.instrument, "refused: \(order.instrument): \(words)", at: core.now)
    }
  }

  /// Whether the end needs no word: a cancel of ours is behind it, of this run or of an earlier
  /// one, or there is nothing left that the order could reduce.
  private static func isExpected(
    _ order: TrackedOrder, from before: OrderState, _ core: EngineCore
  ) -> Bool {
    let isOfThisRun = order.clientOrderID?.text.hasPrefix(core.settings.run.text) ?? false
    if before == .unknown || before == .lost, !isOfThisRun { return true }
    if order.reduceOnly, core.book.account.positions.expectedContracts(order.positionKey).isZero {
      return true
    }
    return core.requests.waiting.contains { $0.subject.isCancel(of: order) }
      || core.requests.answered.contains {
        // One that was refused for good, or never left, ended nothing.
        $0.subject.isCancel(of: order)
          && ($0.answer?.result == .confirmed || $0.answer?.result == .unknown)
      }
  }
}

extension TrackedOrder {
  /// What to tell of it where the exchange ended it before it was filled whole; nil otherwise.
  public var shortfall: String? {
    guard state == .canceled || state == .expired else { return nil }
    let filled = progress.filledContracts
    let price = type.limitPrice.map { " at \($0)" } ?? " at market"
    let what =
      side.rawValue + " \(contracts)" + price + type.manner + (reduceOnly ? " reduce-only" : "")
    let said = problem.map { ": \($0)" } ?? ""
    let amount = filled.isPositive ? "\(filled) of \(contracts) filled" : "nothing filled"
    let reason: String? =
      switch type {
      case .postOnly: wasKilled ? "it would have filled at once" : nil
      case .fillOrKill: "it could not fill whole at once"
      case .immediateOrCancel: didWhatItCould ? "no more was offered" : "nothing was offered"
      case .market, .limit: nil
      }
    guard let reason else {
      let word = state == .expired ? "expired" : "was canceled"
      return "\(what) \(word) at the exchange, \(amount)\(said)"
    }
    return "\(what): \(amount), \(reason)\(said)"
  }

  /// Whether the exchange ended it at once and unfilled, because of the manner in which it was to
  /// fill.
  var wasKilled: Bool {
    guard state == .canceled || state == .expired, !progress.filledContracts.isPositive else {
      return false
    }
    switch type {
    case .market, .fillOrKill, .immediateOrCancel: return true
    // One that rested for longer was canceled for another reason.
    case .postOnly: return changedAt - createdAt <= Self.killTime
    case .limit: return false
    }
  }

  /// Whether it took what there was, as it was sent to.
  fileprivate var didWhatItCould: Bool {
    if case .immediateOrCancel = type { progress.filledContracts.isPositive } else { false }
  }

  /// How long after it left the word may come that a post-only order was not taken.
  private static let killTime = TimeSpan.seconds(5)
}

extension OrderType {
  /// What is special in how it fills, with a space before it; empty for what is not.
  var manner: String {
    switch self {
    case .market, .limit: ""
    case .postOnly: " post-only"
    case .fillOrKill: " fok"
    case .immediateOrCancel: " ioc"
    }
  }
}

extension RequestSubject {
  /// Whether it asks to cancel an order.
  func isCancel(of order: TrackedOrder) -> Bool {
    switch self {
    case .cancel(_, .client(let id)): id == order.clientOrderID
    case .cancel(_, .exchange(let id)): id == order.exchangeOrderID
    case .submit, .resend, .protect, .cancelTrigger, .setLeverage, .setPositionMode,
      .accountSnapshot, .orderStatus, .instruments, .tiers, .candles, .subscribe:
      false
    }
  }
}
