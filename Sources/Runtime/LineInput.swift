import Dispatch
import EventLoop
import Glibc

/// Lines of a file such as standard input, given to the loop as they come.
///
/// A thread of its own waits in `read`: an event source of Dispatch does not tell of the end of
/// `/dev/null`, nor of what a pipe still holds after its writer has gone. It reads on only when the
/// loop has taken what it read, so that a flood of lines waits in the pipe and not in memory.
public enum LineInput {
  /// The longest line that is taken, in bytes; what is longer is left out whole.
  public nonisolated static let longest = 4_096

  /// Reads `file` until it ends or cannot be read: `take` is called with each line, without its
  /// end, then `end` once. What comes behind the last end of a line is no line: the rest of it may
  /// have been lost.
  public static func read(
    _ file: Int32, loop: DispatchLoop, take: @escaping @MainActor (String) -> Void,
    end: @escaping @MainActor () -> Void
  ) {
    DispatchQueue(label: "line-input").async {
      let isTaken = DispatchSemaphore(value: 0)
      var splitter = LineSplitter()
      while let bytes = nextBytes(of: file) {
        let lines = splitter.take(bytes)
        guard !lines.isEmpty else { continue }
        loop.postFromAnyThread {
          lines.forEach(take)
          isTaken.signal()
        }
        isTaken.wait()
      }
      loop.postFromAnyThread(end)
    }
  }

  /// Waits for bytes; nil at the end.
  private nonisolated static func nextBytes(of file: Int32) -> [UInt8]? {
    while true {
      // A file that somebody else has told not to wait is waited for here.
      var look = pollfd(fd: file, events: Int16(POLLIN), revents: 0)
      if poll(&look, 1, -1) < 0, errno != EINTR { return nil }
      var count = 0
      let bytes = [UInt8](unsafeUninitializedCapacity: longest) { buffer, size in
        count = Glibc.read(file, buffer.baseAddress, buffer.count)
        size = max(0, count)
      }
      if count > 0 { return bytes }
      guard count < 0, errno == EINTR || errno == EAGAIN else { return nil }
    }
  }
}

/// Makes lines of bytes that come in pieces.
nonisolated struct LineSplitter {
  private var rest: [UInt8] = []

  /// Returns the lines that are whole now.
  mutating func take(_ bytes: [UInt8]) -> [String] {
    var lines: [String] = []
    rest += bytes
    while let newline = rest.firstIndex(of: UInt8(ascii: "\n")) {
      if newline <= LineInput.longest {
        lines.append(String(decoding: rest[..<newline], as: UTF8.self))
      }
      rest.removeSubrange(...newline)
    }
    // So much is enough to know that the line is too long.
    if rest.count > LineInput.longest { rest.removeFirst(rest.count - LineInput.longest - 1) }
    return lines
  }
}
