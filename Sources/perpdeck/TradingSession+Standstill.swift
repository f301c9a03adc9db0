import Engine
import EventLoop
import Runtime
import Trading
import Units

/// What a person does by Ctrl-Z and `fg`: nothing is watched in between.
extension TradingSession {
  /// The process is about to be stopped, or goes on.
  func stand(_ begins: Bool) {
    if begins { care?.lateness.stands() } else { care?.lateness.goesOn() }
  }

  /// Says from when to when the process was stopped; louder where something was at stake.
  func tellStandstill(from start: WallTime, to end: WallTime) {
    let moments = [start, end].map { Timestamp(milliseconds: $0.milliseconds).timeText }
    let isAtStake = !runtime.snapshot().positions.isEmpty
    say(
      "perpdeck was stopped from \(moments[0]) to \(moments[1]) UTC: nothing was watched",
      isAtStake ? .warning : .notice)
  }
}
