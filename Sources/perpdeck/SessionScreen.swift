import Dashboard
import Engine
import EventLoop
import Runtime
import Screen
import Terminal

/// The dashboard on a terminal, from its first frame until the terminal is given back.
@MainActor
final class SessionScreen {
  /// What the user can ask of the program by the screen.
  struct Wishes {
    /// To leave, with the reason: a key, or a terminal that has gone.
    let leave: @MainActor (String) -> Void
    /// To read the settings again, looser limits as well where it is told to.
    let reload: @MainActor (Bool) -> Void
    /// To know that the process is about to be stopped, and that it goes on.
    let stand: @MainActor (_ begins: Bool) -> Void
  }

  private let terminal: CursesTerminal
  private let host: DashboardHost
  private let leave: @MainActor (String) -> Void
  private let stand: @MainActor (Bool) -> Void
  private let isLent: Bool

  /// Takes the terminal and draws. `isLent` says that it is not the terminal of this process, which
  /// can then not be stopped from there by Ctrl-Z.
  init(
    _ options: TerminalOptions, isLent: Bool, runtime: BotRuntime, loop: DispatchLoop,
    framesPerSecond: Int, labels: (_ isASCII: Bool) -> DashboardLabels, wishes: Wishes
  ) throws(TerminalError) {
    let inbox = Inbox()
    let terminal = CursesTerminal(options) { event in
      MainActor.assumeIsolated { inbox.screen?.take(event) }
    }
    let abilities = try terminal.start()
    self.terminal = terminal
    self.isLent = isLent
    leave = wishes.leave
    stand = wishes.stand
    host = DashboardHost(
      runtime: runtime, loop: loop, labels: labels(!abilities.isUnicode), size: abilities.size,
      framesPerSecond: framesPerSecond,
      outlets: DashboardHost.Outlets(
        show: { terminal.show($0) }, quit: { wishes.leave("quit at the keyboard") },
        suspend: { inbox.screen?.suspend() }, reload: wishes.reload))
    inbox.screen = self
  }

  /// Shows a sentence of the program's own.
  func show(_ notice: Notice) {
    host.show(notice)
  }

  /// Makes the terminal be noticed.
  func attract(_ attention: TerminalAttention) {
    terminal.attract(attention)
  }

  /// Gives the terminal back.
  func close() {
    host.stop()
    terminal.stop()
  }

  private func take(_ event: TerminalEvent) {
    switch event {
    case .keys(let keys): host.take(keys)
    case .resized(let size): host.resize(size)
    case .resumed(let size):
      host.resume(size)
      stand(false)
    case .suspendRequested: suspend()
    case .closed: leave("the terminal was closed")
    }
  }

  private func suspend() {
    if isLent { return leave("suspended at the keyboard") }
    stand(true)
    terminal.suspend()
  }
}

/// Where the terminal's events go: the screen, once it is there.
@MainActor
private final class Inbox {
  weak var screen: SessionScreen?
}
