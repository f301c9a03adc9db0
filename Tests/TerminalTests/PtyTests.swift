import Dispatch
import Glibc
import Screen
import Synchronization
import Testing

@testable import Terminal

/// Everything that draws on a terminal; one after the other, for there is one screen in a process.
@Suite(
  .serialized,
  .enabled(if: PseudoTerminal.isAvailable, "no terminal can be had: mount devpts at /dev/pts"))
struct PtyTests {
  func options(_ pty: PseudoTerminal, _ level: ColorLevel? = .indexed) -> TerminalOptions {
    TerminalOptions(
      environment: ["TERM": "xterm-256color"], color: level, device: pty.path)
  }

  @Test func `T01 T07 takes the terminal, shows a frame, writes nothing when idle, gives it back`()
    throws
  {
    let size = Size(width: 80, height: 24)
    let pty = try PseudoTerminal(size)
    let before = pty.settings
    let terminal = CursesTerminal(options(pty)) { _ in }
    let abilities = try terminal.start()
    #expect(abilities == TerminalAbilities(size: size, level: .indexed, isUnicode: true))
    var emulator = Emulator(size)
    let frame = sample(size, price: "61234.5")
    terminal.show(frame)
    feed(&emulator, pty) { $0.rows == frame.rows && !$0.modes.contains(2026) }
    #expect(emulator.modes == [1049, 1004, 2004])
    #expect(emulator.kittyDepth == 1)
    #expect(emulator.title == "PAPER perpdeck")
    terminal.show(frame)
    terminal.show(frame)
    terminal.stop()
    feed(&emulator, pty) { $0.isGivenBack }
    emulator.feed(pty.read(patience: 100))
    #expect(emulator.isGivenBack)
    #expect(emulator.complaints == [])
    #expect(pty.settings == before)
    #expect(terminal.statistics.framesWritten == 1)
  }

  @Test func `T08 one changed price costs at most 60 bytes`() throws {
    for level in [ColorLevel.truecolor, .indexed, .sixteen, .mono] {
      let size = Size(width: 120, height: 40)
      let pty = try PseudoTerminal(size)
      let session = try Session(options(pty, level))
      defer { session.end() }
      session.enter(options(pty, level))
      for price in ["61234.5", "61235.0", "61234.5", "99999.9"] {
        _ = session.paint(sample(size, price: price))
        let bytes = session.frameBytes
        while !session.flush() { _ = pty.read(patience: 100) }
        _ = pty.read()
        if price != "61234.5" { #expect(bytes <= 60, "\(level) \(price)") }
      }
    }
  }

  @Test func `T06 a terminal that stops reading costs frames, not time or memory`() throws {
    let size = Size(width: 200, height: 60)
    let pty = try PseudoTerminal(size)
    let terminal = CursesTerminal(options(pty)) { _ in }
    _ = try terminal.start()
    var frames: [Frame] = []
    for round in 0..<20 {
      var frame = Frame(size)
      frame.fill(frame.bounds, Cell(Unicode.Scalar(UInt8(65 + round))))
      frames.append(frame)
    }
    for round in 0..<3000 { terminal.show(frames[round % frames.count]) }
    terminal.show(frames[7])
    var emulator = Emulator(size)
    feed(&emulator, pty) { $0.rows == frames[7].rows }
    #expect(terminal.statistics.framesWritten < 100)
    #expect(terminal.statistics.framesDropped > 2800)
    terminal.stop()
  }

  @Test func `T06 a terminal that never reads again is given back`() throws {
    let size = Size(width: 200, height: 60)
    let pty = try PseudoTerminal(size)
    let before = pty.settings
    let terminal = CursesTerminal(options(pty)) { _ in }
    _ = try terminal.start()
    var frame = Frame(size)
    frame.fill(frame.bounds, Cell("x"))
    terminal.show(frame)
    terminal.stop()
    #expect(pty.settings == before)
  }

  @Test func `T05 a storm of sizes ends with the right frame`() throws {
    let pty = try PseudoTerminal(Size(width: 80, height: 24))
    let inbox = Inbox()
    let terminal = CursesTerminal(options(pty), answering: inbox.queue) { inbox.put($0) }
    _ = try terminal.start()
    for (width, height) in [(1, 1), (20, 5), (500, 200), (80, 24), (3, 90), (120, 40)] {
      let size = Size(width: width, height: height)
      pty.resize(size)
      kill(getpid(), SIGWINCH)
      #expect(inbox.next() == .resized(size))
      terminal.show(sample(size, price: "\(width)"))
      _ = pty.read(patience: 100)
    }
    let size = Size(width: 100, height: 30)
    pty.resize(size)
    kill(getpid(), SIGWINCH)
    #expect(inbox.next() == .resized(size))
    // What is still on its way belongs to the other sizes.
    while !pty.read(patience: 100).isEmpty {}
    var emulator = Emulator(size)
    let frame = sample(size, price: "61234.5")
    terminal.show(frame)
    feed(&emulator, pty) { $0.rows == frame.rows }
    terminal.stop()
  }

  @Test func `T25 keys arrive decoded, a lone Esc as well`() throws {
    let pty = try PseudoTerminal(Size(width: 80, height: 24))
    let inbox = Inbox()
    let terminal = CursesTerminal(options(pty), answering: inbox.queue) { inbox.put($0) }
    _ = try terminal.start()
    pty.type("a\u{1B}[A")
    #expect(inbox.keys(2) == [.character("a"), .up])
    pty.type("\u{1B}")
    #expect(inbox.keys(1) == [.escape])
    pty.type("\u{1B}[200~y\n\u{1B}[201~")
    #expect(inbox.keys(1) == [.paste("y\n")])
    terminal.stop()
  }

  @Test func `T28 synchronized updates begin and end in pairs`() throws {
    let size = Size(width: 80, height: 24)
    let pty = try PseudoTerminal(size)
    let terminal = CursesTerminal(options(pty)) { _ in }
    _ = try terminal.start()
    var emulator = Emulator(size)
    for price in ["1", "2", "3"] {
      var frame = sample(size, price: price)
      frame.fill(Rect(x: 0, y: 5, width: 80, height: 10), Cell(Unicode.Scalar(price) ?? "?"))
      terminal.show(frame)
      feed(&emulator, pty) { $0.rows == frame.rows && !$0.modes.contains(2026) }
    }
    terminal.stop()
    #expect(emulator.synchronizedUpdates >= 3)
  }

  /// A frame with a title, a price and some lines.
  func sample(_ size: Size, price: String) -> Frame {
    var frame = Frame(size)
    frame.title = "PAPER perpdeck"
    frame.draw(" PAPER ", at: Point(x: 0, y: 0), Style(.text, on: .paper).bold)
    frame.draw("BTC-USDT", at: Point(x: 2, y: 2))
    frame.draw(price, at: Point(x: 20, y: 2), Style(.gain))
    return frame
  }

  /// Reads into the emulator until it shows what is wanted; fails after half a minute of silence,
  /// which a busy machine may need.
  func feed(_ emulator: inout Emulator, _ pty: PseudoTerminal, until: (Emulator) -> Bool) {
    while !until(emulator) {
      let bytes = pty.read(patience: 30_000)
      if bytes.isEmpty {
        let rows = emulator.rows.joined(separator: "\n")
        Issue.record("the terminal, in the modes \(emulator.modes), shows\n\(rows)")
        return
      }
      emulator.feed(bytes)
    }
  }
}

/// Events in the order in which they came.
final class Inbox: Sendable {
  private let events = Mutex<[TerminalEvent]>([])
  private let count = DispatchSemaphore(value: 0)
  let queue = DispatchQueue(label: "inbox")

  func put(_ event: TerminalEvent) {
    events.withLock { $0.append(event) }
    count.signal()
  }

  /// The next event; nil if none comes within half a minute.
  func next() -> TerminalEvent? {
    guard count.wait(timeout: .now() + 30) == .success else { return nil }
    return events.withLock { $0.removeFirst() }
  }

  /// The next keys, in however many events they come.
  func keys(_ wanted: Int) -> [Key] {
    var keys: [Key] = []
    while keys.count < wanted {
      guard case .keys(let more) = next() else { return keys }
      keys += more
    }
    return keys
  }
}
