import Dispatch
import Glibc
import Synchronization

/// Lines of standard input, given to the loop as they come.
@MainActor
final class PlainInput {
  private let source: any DispatchSourceRead
  private var rest: [UInt8] = []

  /// The longest line that is taken, in bytes; what is longer is left out whole.
  private static let longest = 4_096

  /// Calls `take` with each line, `end` when the input has ended.
  init(take: @escaping @MainActor (String) -> Void, end: @escaping @MainActor () -> Void) {
    source = DispatchSource.makeReadSource(fileDescriptor: STDIN_FILENO, queue: .main)
    source.setEventHandler { [weak self] in
      MainActor.assumeIsolated { self?.read(take, end) }
    }
    source.activate()
  }

  private func read(_ take: @MainActor (String) -> Void, _ end: @MainActor () -> Void) {
    var bytes = [UInt8](repeating: 0, count: Self.longest)
    let count = Glibc.read(STDIN_FILENO, &bytes, bytes.count)
    guard count > 0 else {
      if count < 0, errno == EINTR || errno == EAGAIN { return }
      source.cancel()
      end()
      return
    }
    rest += bytes[..<count]
    while let newline = rest.firstIndex(of: 10) {
      let line = rest[..<newline]
      rest.removeSubrange(...newline)
      if line.count <= Self.longest { take(String(decoding: line, as: UTF8.self)) }
    }
    if rest.count > 2 * Self.longest { rest.removeFirst(rest.count - 2 * Self.longest) }
  }
}

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
