import AccountData
import MarketData
import Risk
import Trading
import Units

/// Holds the leverage at the exchange against what is meant (R12, X09).
///
/// It is set while it never was as meant and nothing is at stake. Later another one was made
/// elsewhere: people are told once, and the gate opens nothing with it until a person decides.
enum LeverageRules {
  /// The places whose leverage a reading of the account brings: of the pairs, of what is held and
  /// of what is known already. What is not listed any more is left out, for one such name makes the
  /// exchange refuse the question.
  static func asked(_ core: EngineCore) -> [LeveragePlace] {
    var places: [LeveragePlace] = []
    let wanted =
      core.settings.pairs.map { LeveragePlace($0.instrument, $0.marginMode) }
      + core.account.positions.held.map { LeveragePlace($0.key.instrument, $0.key.marginMode) }
      + core.account.leverages.map(\.place)
    for place in wanted where !places.contains(place) {
      switch core.markets[place.instrument]?.instrument.status {
      case .live, .suspended: places.append(place)
      case .other, nil: break
      }
    }
    return places
  }

  /// Returns a reading of the account without the leverages that were set since it was asked for:
  /// the answer that confirmed them is newer than what it says.
  static func withoutOutdated(
    _ snapshot: AccountSnapshot, askedAt: Timestamp, _ core: EngineCore
  ) -> AccountSnapshot {
    AccountSnapshot(
      balance: snapshot.balance, positions: snapshot.positions, orders: snapshot.orders,
      triggerOrders: snapshot.triggerOrders, fills: snapshot.fills,
      positionMode: snapshot.positionMode,
      leverages: snapshot.leverages?.filter { !core.leverages.wasSet($0, after: askedAt) })
  }

  /// The account was read, and the leverages with it unless they could not be.
  static func accountCame(_ snapshot: AccountSnapshot, _ core: inout EngineCore) {
    let isUnread = snapshot.leverages == nil
    if isUnread { core.book.forgetLeverages() }
    if isUnread != core.leverages.isUnread {
      core.leverages.isUnread = isUnread
      core.notify(
        isUnread ? .warning : .notice,
        isUnread
          ? "the leverage could not be read: nothing is opened with one that is not known"
          : "the leverage was read again")
    }
    for pair in core.settings.pairs where core.markets[pair.instrument] != nil {
      let place = LeveragePlace(pair.instrument, pair.marginMode)
      for slot in slots(core) { review(place, slot, wasRead: true, &core) }
    }
    for setting in core.account.leverages where !isPair(setting.place, core) {
      review(setting.place, setting.slot, wasRead: true, &core)
    }
  }

  /// The exchange told a leverage by another word than a reading: the answer to a request, or a
  /// position.
  static func changed(_ setting: LeverageSetting, _ core: inout EngineCore) {
    review(setting.place, setting.slot, wasRead: false, &core)
  }

  /// A request to set a leverage was answered. Of an unknown outcome it is what is meant all the
  /// same: whether it is so is read.
  static func answered(
    _ setting: LeverageSetting, _ outcome: Outcome, _ core: inout EngineCore
  ) {
    switch outcome {
    case .confirmed:
      core.leverages.choose(setting)
      let now = core.now
      core.leverages.update(setting.place, setting.slot) { $0.setAt = now }
      review(setting.place, setting.slot, wasRead: false, &core)
      let known = core.account.leverage(setting.instrument, setting.marginMode, setting.slot)
      if let known, known != setting.leverage {
        tell(
          known, setting.place, setting.slot, "asked for was", setting.leverage, &core)
      }
    case .unknown:
      core.leverages.choose(setting)
      StartupRules.readAccountAnew(&core)
    case .refused, .notSent: break
    }
  }

  private static func review(
    _ place: LeveragePlace, _ slot: PositionSlot, wasRead: Bool, _ core: inout EngineCore
  ) {
    let known = core.account.leverage(place.instrument, place.marginMode, slot)
    guard
      let meant = core.meantLeverages.leverage(place.instrument, place.marginMode, slot)
    else {
      if let known { compareWithLimit(known, place, slot, &core) }
      return
    }
    let isBeingSet = core.requests.isWaiting {
      guard case .setLeverage(place.instrument, place.marginMode, let other, _) = $0 else {
        return false
      }
      return place.serves(slot, other)
    }
    guard !isBeingSet else { return }
    if known == meant {
      let told = core.leverages[place, slot].told
      core.leverages.update(place, slot) {
        $0.wasRight = true
        $0.doubted = nil
        $0.told = nil
      }
      if told != nil { core.notify(.notice, "the leverage is \(meant)x again", place.instrument) }
      return
    }
    let isAtStake = isTaken(place, slot, core)
    guard let known else {
      if wasRead, !core.leverages.isUnread || !isAtStake { set(place, slot, meant, &core) }
      return
    }
    if !core.leverages[place, slot].wasRight, !isAtStake {
      if wasRead { set(place, slot, meant, &core) }
    } else if wasRead {
      tell(known, place, slot, "meant is", meant, &core)
    } else if core.leverages[place, slot].doubted != known {
      // A list of positions may be older than what was set: the account is asked before it is told.
      core.leverages.update(place, slot) { $0.doubted = known }
      StartupRules.readAccountAnew(&core)
    }
  }

  /// A pair that leaves its leverage as the exchange has it has but the limit.
  private static func compareWithLimit(
    _ known: Leverage, _ place: LeveragePlace, _ slot: PositionSlot, _ core: inout EngineCore
  ) {
    let limit = core.gate.limits.leverageMaximum
    if known > limit {
      tell(known, place, slot, "the limit is", limit, &core)
    } else if core.leverages[place, slot].told != nil {
      core.leverages.update(place, slot) { $0.told = nil }
    }
  }

  /// Tells of another leverage once. With a higher one an entry that rests could be liquidated
  /// before its stop: it is canceled.
  private static func tell(
    _ known: Leverage, _ place: LeveragePlace, _ slot: PositionSlot, _ what: String,
    _ right: Leverage, _ core: inout EngineCore
  ) {
    guard core.leverages[place, slot].told != known else { return }
    core.leverages.update(place, slot) { $0.told = known }
    let key = PositionKey(instrument: place.instrument, slot: slot, marginMode: place.marginMode)
    let cancels = known > right && CommandRules.cancelOpening(of: key, &core)
    core.notify(
      .alarm,
      "the leverage at the exchange is \(known)x \(place.marginMode.rawValue), \(what) \(right)x: "
        + "nothing is opened until it is set again"
        + (cancels ? ", and our entries there are canceled" : ""),
      place.instrument)
  }

  private static func set(
    _ place: LeveragePlace, _ slot: PositionSlot, _ leverage: Leverage, _ core: inout EngineCore
  ) {
    let subject = RequestSubject.setLeverage(place.instrument, place.marginMode, slot, leverage)
    core.send(subject) { .setLeverage($0, place.instrument, place.marginMode, slot, leverage) }
  }

  /// Whether a position or an order would be another one with another leverage.
  private static func isTaken(
    _ place: LeveragePlace, _ slot: PositionSlot, _ core: EngineCore
  ) -> Bool {
    core.account.positions.held.contains {
      $0.key.instrument == place.instrument && $0.key.marginMode == place.marginMode
        && place.serves(slot, $0.key.slot)
    }
      || core.account.orders.open.contains {
        $0.instrument == place.instrument && $0.marginMode == place.marginMode
          && place.serves(slot, $0.slot)
      }
  }

  private static func isPair(_ place: LeveragePlace, _ core: EngineCore) -> Bool {
    core.settings.pairs.contains {
      $0.instrument == place.instrument && $0.marginMode == place.marginMode
    }
  }

  private static func slots(_ core: EngineCore) -> [PositionSlot] {
    core.account.positionMode == .hedge ? [.long, .short] : [.net]
  }
}

extension LeveragePlace {
  /// Whether a leverage of one slot is that of another one too: one for both sides is, and across
  /// an account the exchange keeps no other.
  func serves(_ slot: PositionSlot, _ other: PositionSlot) -> Bool {
    marginMode == .cross || slot == other || slot == .net || other == .net
  }
}
