import Glibc
import Screen
import Testing

@testable import Terminal

/// How a process may end while it owns the terminal.
enum Ending: String, CaseIterable, Codable, Sendable {
  case exit, term, hangUp, quit, interrupt, trap, abort, segmentation, overflow, overflowElsewhere
  case blocked, kill
}

extension PtyTests {
  @Test(arguments: [
    (Ending.exit, ExitTest.Condition.exitCode(3)), (.term, .signal(SIGTERM)),
    (.hangUp, .signal(SIGHUP)), (.quit, .signal(SIGQUIT)), (.interrupt, .signal(SIGINT)),
    (.trap, .signal(SIGILL)), (.abort, .signal(SIGABRT)), (.segmentation, .signal(SIGSEGV)),
    (.overflow, .signal(SIGSEGV)), (.overflowElsewhere, .signal(SIGSEGV)),
    (.blocked, .signal(SIGSEGV)),
  ])
  func `I15 T01 T02 the terminal is given back however the process ends`(
    ending: Ending, condition: ExitTest.Condition
  ) async throws {
    setenv("SWIFT_BACKTRACE", "enable=no", 1)
    let size = Size(width: 80, height: 24)
    let pty = try PseudoTerminal(size)
    let before = pty.settings
    await #expect(processExitsWith: condition) {
      [path = pty.path as String, ending = ending as Ending] in
      try end(ending, on: path)
    }
    var emulator = Emulator(size)
    feed(&emulator, pty) { $0.title == "PAPER perpdeck" && $0.isGivenBack }
    emulator.feed(pty.read(patience: 100))
    #expect(emulator.isGivenBack, "\(emulator.modes)")
    #expect(pty.settings == before)
  }
}

extension PtyTests {
  @Test func `T03 what kill -9 leaves behind is cleaned up by a reset`() async throws {
    let size = Size(width: 80, height: 24)
    let pty = try PseudoTerminal(size)
    let before = pty.settings
    await #expect(processExitsWith: .signal(SIGKILL)) { [path = pty.path as String] in
      try end(.kill, on: path)
    }
    var emulator = Emulator(size)
    feed(&emulator, pty) { $0.title == "PAPER perpdeck" }
    #expect(!emulator.isGivenBack)
    #expect(pty.settings != before)
    try TerminalReset.run(options(pty))
    feed(&emulator, pty) { $0.isGivenBack }
    emulator.feed(pty.read(patience: 100))
    #expect(emulator.isGivenBack, "\(emulator.modes)")
    #expect(pty.settings == before)
  }
}

/// Shows a frame on the terminal at `path` and ends the process.
private func end(_ ending: Ending, on path: String) throws {
  signal(SIGTERM, SIG_DFL)
  signal(SIGQUIT, SIG_DFL)
  let options = TerminalOptions(environment: ["TERM": "xterm-256color"], device: path)
  let terminal = CursesTerminal(options) { _ in }
  _ = try terminal.start()
  var frame = Frame(Size(width: 80, height: 24))
  frame.title = "PAPER perpdeck"
  frame.draw("+1.0", at: Point(x: 4, y: 4), Style(.gain, on: .selection))
  terminal.show(frame)
  // The queue is serial: after this the frame was drawn.
  while terminal.statistics.framesWritten == 0 { sched_yield() }
  switch ending {
  case .exit: exit(3)
  case .term: kill(getpid(), SIGTERM)
  case .hangUp: kill(getpid(), SIGHUP)
  case .quit: kill(getpid(), SIGQUIT)
  case .interrupt: kill(getpid(), SIGINT)
  case .kill: kill(getpid(), SIGKILL)
  case .trap: print([1][terminal.statistics.framesWritten + 5])
  case .abort: abort()
  case .segmentation: UnsafeMutablePointer<Int>(bitPattern: 8)?.pointee = 1
  case .overflow: print(descend(0))
  case .overflowElsewhere:
    let thread = Threads.start {
      terminal.show(Frame(Size(width: 80, height: 24)))
      print(descend(0))
    }
    pthread_join(thread, nil)
  case .blocked:
    frame.fill(frame.bounds, Cell("x"))
    UnsafeMutablePointer<Int>(bitPattern: 8)?.pointee = 1
  }
  pause()
}

private func descend(_ depth: Int) -> Int {
  withUnsafeTemporaryAllocation(byteCount: 4096, alignment: 8) { bytes in
    bytes[0] = UInt8(truncatingIfNeeded: depth)
    return descend(depth + 1) + Int(bytes[0])
  }
}

/// Threads that are joined by their maker.
private enum Threads {
  static func start(_ body: @escaping () -> Void) -> pthread_t {
    final class Work {
      let body: () -> Void
      init(_ body: @escaping () -> Void) { self.body = body }
    }
    var thread = pthread_t()
    let work = Unmanaged.passRetained(Work(body)).toOpaque()
    pthread_create(
      &thread, nil,
      { pointer in
        if let pointer { Unmanaged<Work>.fromOpaque(pointer).takeRetainedValue().body() }
        return nil
      }, work)
    return thread
  }
}
