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
    let moments = [start, end].map { Timestamp(milliseconds: $0.milliseconds) }
    let isOneDay = moments[0].dateText == moments[1].dateText
    let words = moments.map { isOneDay ? $0.timeText : "\($0.dateText) \($0.timeText)" }
    let text = "perpdeck was stopped from \(words[0]) to \(words[1]) UTC: nothing was watched"
    let isAtStake = !runtime.snapshot().positions.isEmpty
    say(text, isAtStake ? .warning : .notice)
    runtime.command(.note(text, nil), from: .engine)
  }
}
