import EventLoop

/// Decides when the next frame is drawn: a moment after a key, at a calmer pace for prices.
///
/// However often it is asked, one frame is drawn for all that happened since the last. After a key
/// it waits for the frame of a key before it, so thirty frames a second are never exceeded, and for
/// a moment too short to see, so that an order leaves before its frame is drawn.
public final class FramePacer {
  /// The least milliseconds between two frames after a key: thirty a second.
  public static let urgentGap: Int64 = 33
  /// The milliseconds in which what a key set in motion may leave before its frame is drawn.
  public static let urgentPause: Int64 = 4
  /// What is usual between two frames when only the market moved: ten a second.
  public static let calmGap: Int64 = 100

  /// How long a frame for the market waits for what is told with the first change.
  public static let gathering: Int64 = 5

  private let loop: any Loop
  private let calmGap: Int64
  private let draw: @MainActor () -> Void
  private var lastDrawn = WallTime(milliseconds: 0)
  private var lastWasUrgent = false
  /// When the next frame of a market that moves all the time would be due.
  private var calmDue = WallTime(milliseconds: 0)
  private var planned: (token: TimerToken, at: WallTime, isUrgent: Bool)?

  /// Makes a pacer that calls `draw` from the loop; while only the market moves, the calls are
  /// `calmGap` milliseconds apart in the long run, and never less than three quarters of that.
  public init(
    loop: any Loop, calmGap: Int64 = FramePacer.calmGap, draw: @escaping @MainActor () -> Void
  ) {
    self.loop = loop
    self.calmGap = calmGap
    self.draw = draw
  }

  /// Asks for a frame because something changed.
  public func request(isUrgent: Bool) {
    let earliest =
      !isUrgent
      ? calmDue.advanced(byMilliseconds: -calmGap / 4)
      : lastDrawn.advanced(byMilliseconds: lastWasUrgent ? Self.urgentGap : 0)
    let pause = isUrgent ? Self.urgentPause : Self.gathering
    let due = max(loop.now.advanced(byMilliseconds: pause), earliest)
    // A frame that is drawn for the market shows a key as well.
    let showsKey = isUrgent || planned?.isUrgent == true
    if let planned {
      guard due < planned.at else {
        self.planned?.isUrgent = showsKey
        return
      }
      loop.cancel(planned.token)
    }
    let token = loop.schedule(at: due) { [weak self] in self?.drawNow() }
    planned = (token, due, showsKey)
  }

  /// Forgets a frame that was asked for.
  public func stop() {
    if let planned { loop.cancel(planned.token) }
    planned = nil
  }

  private func drawNow() {
    lastWasUrgent = planned?.isUrgent ?? false
    planned = nil
    lastDrawn = loop.now
    calmDue = (lastWasUrgent ? lastDrawn : max(calmDue, lastDrawn))
      .advanced(byMilliseconds: calmGap)
    draw()
  }
}
