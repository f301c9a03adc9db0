import Dispatch
import EventLoop
import Foundation
import Screen
import Terminal
import Units

/// Draws the dashboard for a market of a known pace on the terminal it runs on, until a signal.
///
/// usage: ScreenFeed INSTRUMENTS MOVING HERTZ: so many are watched, so many of them move so many
/// times a second. With 0 the market stands still and only the clock moves. The first frame
/// is drawn at once; how many milliseconds it took from the snapshot is written to ScreenFeed.log.
@main @MainActor final class ScreenFeed {
  private let loop = DispatchLoop()
  private let terminal: CursesTerminal
  private let size: Size
  private let moving: Int
  /// Milliseconds between two steps of the market.
  private let interval: Int64
  private var desk: FeedDesk
  private var step = 0

  static func main() {
    let numbers = CommandLine.arguments.dropFirst().compactMap { Int($0) }
    guard numbers.count == 3, numbers[0] > 0, numbers[1] <= numbers[0], numbers[2] >= 0 else {
      print("usage: ScreenFeed INSTRUMENTS MOVING HERTZ")
      exit(2)
    }
    do {
      let feed = try ScreenFeed(
        instruments: numbers[0], moving: numbers[2] == 0 ? 0 : numbers[1],
        interval: numbers[2] == 0 ? 1_000 : 1_000 / Int64(numbers[2]))
      try feed.drawFirst()
      feed.wait()
      dispatchMain()
    } catch {
      print("\(error)")
      exit(1)
    }
  }

  private init(instruments: Int, moving: Int, interval: Int64) throws {
    self.moving = moving
    self.interval = interval
    desk = FeedDesk(count: instruments, at: Timestamp(milliseconds: loop.now.milliseconds))
    terminal = CursesTerminal(
      TerminalOptions(environment: ProcessInfo.processInfo.environment), deliver: { _ in })
    size = try terminal.start().size
  }

  private var now: Timestamp { Timestamp(milliseconds: loop.now.milliseconds) }

  private func drawFirst() throws {
    let began = DispatchTime.now().uptimeNanoseconds
    draw()
    while terminal.statistics.framesWritten == 0 { usleep(100) }
    let taken = Double(DispatchTime.now().uptimeNanoseconds - began) / 1e6
    try Data("\(taken)\n".utf8).write(to: URL(fileURLWithPath: "ScreenFeed.log"))
  }

  private func wait() {
    let next = (loop.now.milliseconds / interval + 1) * interval
    loop.schedule(at: WallTime(milliseconds: next)) { [self] in
      step += 1
      desk.move(moving, step: step, at: now)
      draw()
      wait()
    }
  }

  private func draw() { terminal.show(desk.frame(size, at: now)) }
}
