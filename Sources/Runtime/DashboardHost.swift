import Dashboard
import Engine
import EventLoop
import Screen
import Trading
import Units

/// Joins the dashboard, which is a value, to the runtime and a terminal.
public final class DashboardHost {
  /// What the host needs of a terminal and of the program around it.
  public struct Outlets {
    /// Shows a frame.
    let show: @MainActor (Frame) -> Void
    /// Ends the program.
    let quit: @MainActor () -> Void
    /// Stops the process until it is in the foreground again.
    let suspend: @MainActor () -> Void
    /// Reads the settings again, looser limits as well where it is told to.
    let reload: @MainActor (Bool) -> Void

    /// States the outlets.
    public init(
      show: @escaping @MainActor (Frame) -> Void, quit: @escaping @MainActor () -> Void,
      suspend: @escaping @MainActor () -> Void,
      reload: @escaping @MainActor (Bool) -> Void = { _ in }
    ) {
      self.show = show
      self.quit = quit
      self.suspend = suspend
      self.reload = reload
    }
  }

  private let runtime: BotRuntime
  private let loop: any Loop
  private let outlets: Outlets
  private var model: DashboardModel
  private var size: Size
  private var pacer: FramePacer?
  private var isStopped = false

  /// Shows the runtime on a terminal of a size; the first frame follows at once. While only the
  /// market moves, at most so many frames are drawn in a second.
  public init(
    runtime: BotRuntime, loop: any Loop, labels: DashboardLabels, size: Size,
    framesPerSecond: Int = 10, outlets: Outlets
  ) {
    precondition((1...30).contains(framesPerSecond), "one to thirty frames are drawn in a second")
    self.runtime = runtime
    self.loop = loop
    self.outlets = outlets
    self.size = size
    model = DashboardModel(
      snapshot: runtime.snapshot(), now: Timestamp(milliseconds: loop.now.milliseconds),
      labels: labels)
    _ = update(&model, .size(size), at: model.now)
    let pacer = FramePacer(loop: loop, calmGap: 1_000 / Int64(framesPerSecond)) { [weak self] in
      self?.drawFrame()
    }
    self.pacer = pacer
    runtime.onChange = { [weak pacer] in pacer?.request(isUrgent: false) }
    runtime.onNotice = { [weak self] notice in self?.show(notice) }
    pacer.request(isUrgent: true)
    tick()
  }

  /// Takes what the user did.
  public func take(_ keys: [Key]) {
    for key in keys {
      // The key before may have ended it all.
      guard !isStopped else { return }
      // A key acts on what is true now, not on what the last frame showed.
      var snapshot = runtime.snapshot()
      model.act(on: &snapshot)
      step(.key(key))
    }
    pacer?.request(isUrgent: true)
  }

  /// Shows a sentence of the program's own.
  public func show(_ notice: Notice) {
    guard !isStopped else { return }
    step(.notice(notice))
    pacer?.request(isUrgent: true)
  }

  /// Draws at another size from now on.
  public func resize(_ size: Size) {
    self.size = size
    step(.size(size))
    pacer?.request(isUrgent: true)
  }

  /// Goes on at a size after the process was stopped: what was armed is so no more, as whenever
  /// somebody looks away.
  public func resume(_ size: Size) {
    step(.key(.focusLost))
    resize(size)
  }

  /// Draws nothing any more.
  public func stop() {
    isStopped = true
    pacer?.stop()
    pacer = nil
    runtime.onChange = nil
    runtime.onNotice = nil
  }

  private var now: Timestamp { Timestamp(milliseconds: loop.now.milliseconds) }

  private func drawFrame() {
    guard !isStopped else { return }
    step(.snapshot(runtime.snapshot()))
    outlets.show(view(model, size: size))
  }

  private func step(_ message: Message) {
    for command in update(&model, message, at: now) {
      switch command {
      case .engine(let command): runtime.command(command, from: .keyboard)
      case .quit: outlets.quit()
      case .suspend: outlets.suspend()
      case .reload(let loosens): outlets.reload(loosens)
      }
    }
  }

  /// Redraws at each full second, so that the clock and the ages move in a quiet market.
  private func tick() {
    let next = (loop.now.milliseconds / 1_000 + 1) * 1_000
    loop.schedule(at: WallTime(milliseconds: next)) { [weak self] in
      guard let self, !isStopped else { return }
      pacer?.request(isUrgent: false)
      tick()
    }
  }
}
