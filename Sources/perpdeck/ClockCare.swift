import EventLoop
import Trading

/// Tells when the machine's clock is set while a session runs (C02).
///
/// The session's own time is not moved: a step back would let time run backward under timers and
/// daily limits. Where the clock was wrong at the start only a restart takes the right one.
@MainActor
final class ClockCare {
  private let loop: DispatchLoop
  private let say: @MainActor (String, NoteRecord.Level) -> Void
  private var steps = ClockSteps()

  /// Milliseconds between two looks.
  private static let interval: Int64 = 5_000

  /// Takes whose clock is watched and who is told.
  init(loop: DispatchLoop, say: @escaping @MainActor (String, NoteRecord.Level) -> Void) {
    self.loop = loop
    self.say = say
  }

  /// Begins to look.
  func begin() {
    loop.schedule(after: Self.interval) { [weak self] in self?.begin() }
    guard let step = steps.take(loop.wallClockStep) else { return }
    let seconds = step.magnitude / 1_000
    guard seconds > 0 else {
      return say("this machine's clock is again where it was at the start", .notice)
    }
    say(
      "this machine's clock was set \(step < 0 ? "back" : "forward") by \(seconds) s since the "
        + "start; perpdeck goes on by the time that it started with. Restart it to take the new "
        + "one: until then openings are denied where its time is off the exchange's", .warning)
  }
}
