import Dispatch
import Glibc

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
