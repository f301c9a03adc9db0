import Dashboard
import Engine
import EventLoop
import Trading
import Units

/// Joins the dashboard without a screen to the runtime: lines in, lines out.
public final class PlainHost {
  private let runtime: BotRuntime
  private let loop: any Loop
  private let write: @MainActor (String) -> Void
  private let quit: @MainActor () -> Void
  private let reload: @MainActor (Bool) -> Void
  private var console: PlainConsole
  private var isStopped = false

  /// How often changes are told, in milliseconds.
  private static let interval: Int64 = 1_000

  /// Begins at once: the state is told, then what changes.
  public init(
    runtime: BotRuntime, loop: any Loop, labels: DashboardLabels,
    write: @escaping @MainActor (String) -> Void, quit: @escaping @MainActor () -> Void,
    reload: @escaping @MainActor (Bool) -> Void = { _ in }
  ) {
    self.runtime = runtime
    self.loop = loop
    self.write = write
    self.quit = quit
    self.reload = reload
    console = PlainConsole(
      snapshot: runtime.snapshot(), now: Timestamp(milliseconds: loop.now.milliseconds),
      labels: labels)
    for line in console.greeting { write(line) }
    watch()
  }

  /// Takes a line that a person wrote.
  public func take(line: String) {
    guard !isStopped else { return }
    look()
    finish(console.take(line: line, at: now))
  }

  /// Tells a sentence of the program's own.
  public func tell(_ text: String) {
    if !isStopped { write(text) }
  }

  /// Tells nothing any more.
  public func stop() { isStopped = true }

  private var now: Timestamp { Timestamp(milliseconds: loop.now.milliseconds) }

  private func watch() {
    loop.schedule(after: Self.interval) { [weak self] in
      guard let self, !isStopped else { return }
      look()
      watch()
    }
  }

  private func look() { finish(console.take(runtime.snapshot(), at: now)) }

  private func finish(_ answer: (lines: [String], commands: [DashboardCommand])) {
    for line in answer.lines { write(line) }
    for command in answer.commands {
      switch command {
      case .engine(let command): runtime.command(command, from: .keyboard)
      case .quit: quit()
      case .suspend: break
      case .reload(let loosens): reload(loosens)
      }
    }
  }
}
