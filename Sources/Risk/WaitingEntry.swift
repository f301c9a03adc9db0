import Trading
import Units

extension OpeningIntent {
  /// Why an entry cannot wait for the mark price to be at `trigger`: that is no price of the
  /// instrument, or the stop would be past it when it is reached. Nil when neither is so.
  public func denialOfWaiting(for trigger: Price, tickSize: Price) -> Denial? {
    guard trigger.isPositive, trigger.isMultiple(of: tickSize) else {
      return .offTick(trigger, tickSize: tickSize)
    }
    if let stop = stop.trigger?.triggerPrice,
      side == .long ? stop >= trigger : stop <= trigger
    {
      return .stopOnWrongSide(stop: stop, entry: trigger)
    }
    return nil
  }
}
