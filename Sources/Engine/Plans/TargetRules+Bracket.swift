import MarketData
import Risk
import Trading
import Units

extension TargetRules {
  /// Why nothing can be divided so, whatever its size; nil when it can.
  static func sumDenial(_ targets: [PartialTarget]) -> Denial? {
    let sum = targets.reduce(Rate.zero) { $0 + $1.share }
    let isFitting =
      !targets.isEmpty && targets.count <= PartialTarget.limit
      && targets.allSatisfy { $0.share.isPositive } && sum <= 1
    return isFitting ? nil : .shareOutOfRange(sum)
  }

  /// Why targets cannot stand beside an opening, as far as that is known before it leaves; nil when
  /// they can.
  static func denial(
    of targets: [PartialTarget], besides preview: OrderPreview, _ instrument: Instrument
  ) -> Denial? {
    if let denial = sumDenial(targets) { return denial }
    if let contracts = preview.contracts,
      let denial = shareDenial(targets, whole: contracts, lot: instrument.lotSize)
    {
      return denial
    }
    guard let entry = preview.expectedPrice else { return nil }
    let isLong = preview.intent.side == .long
    for target in targets {
      let price = target.trigger.onTick(instrument.tickSize, isLong ? .down : .up).triggerPrice
      guard isLong ? price > entry : price < entry else {
        return .targetOnWrongSide(target: price, entry: entry)
      }
    }
    return nil
  }
}

extension EngineSnapshot {
  /// Returns why an opening with several targets would be denied for one of these; nil when none
  /// stands against it. Whether the opening itself is denied its preview tells.
  public func denial(
    of targets: [PartialTarget], besides intent: OpeningIntent, at now: Timestamp
  ) -> Denial? {
    guard let instrument = markets[intent.instrument]?.instrument else { return nil }
    return TargetRules.denial(of: targets, besides: preview(intent, at: now), instrument)
  }
}
