import Dispatch
import Glibc
import Synchronization

/// Lines to standard output, written apart from the loop: a reader that stops holds up nothing.
final class PlainOutput: Sendable {
  private let queue = DispatchQueue(label: "plain-output")
  private let waiting = Mutex(0)

  /// The most lines that wait; further ones are left out.
  private static let limit = 1_000

  /// Writes a line, soon.
  func write(_ line: String) {
    let isTaken = waiting.withLock { count in
      guard count < Self.limit else { return false }
      count += 1
      return true
    }
    guard isTaken else { return }
    queue.async { [self] in
      // Who reads may have gone; the positions have not (P03).
      _ = AllBytes.write(line + "\n", to: STDOUT_FILENO)
      waiting.withLock { $0 -= 1 }
    }
  }
}
