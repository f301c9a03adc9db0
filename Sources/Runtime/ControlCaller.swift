import Dispatch
import Glibc

/// One caller of the control socket: its line comes in pieces, and so does it take its answer.
final class ControlCaller {
  /// A socket that is closed when nobody looks at it any more.
  private final class Connection {
    let descriptor: Int32

    init(_ descriptor: Int32) { self.descriptor = descriptor }

    deinit { close(descriptor) }
  }

  private let connection: Connection
  private let source: any DispatchSourceRead
  private var writer: (any DispatchSourceWrite)?
  private let patience: any DispatchSourceTimer
  private var received: [UInt8] = []
  private var unsent: ArraySlice<UInt8> = []
  private let answer: ControlSocket.Answering
  private let gone: @MainActor () -> Void
  private var hasLine = false
  private var hasEnded = false

  /// Takes a connected socket over and reads its line; `answer` is asked once at most, and `gone`
  /// is called when the socket is no longer needed.
  init(
    _ descriptor: Int32, answer: @escaping ControlSocket.Answering,
    gone: @escaping @MainActor () -> Void
  ) {
    let connection = Connection(descriptor)
    self.connection = connection
    self.answer = answer
    self.gone = gone
    source = DispatchSource.makeReadSource(fileDescriptor: descriptor, queue: .main)
    patience = DispatchSource.makeTimerSource(queue: .main)
    source.setEventHandler { [weak self] in MainActor.assumeIsolated { self?.read() } }
    source.setCancelHandler { withExtendedLifetime(connection) {} }
    patience.setEventHandler { [weak self] in MainActor.assumeIsolated { self?.losePatience() } }
    wait(ControlSocket.patience)
    source.activate()
    patience.activate()
  }

  /// Lets go of the caller, whatever it still waits for.
  func end() {
    guard !hasEnded else { return }
    hasEnded = true
    patience.cancel()
    source.cancel()
    writer?.cancel()
    gone()
  }

  /// Lets go of a caller that took too long. A loop that was busy hears of its own delay first:
  /// what came meanwhile, or can leave now, counts.
  private func losePatience() {
    let before = (hasLine, received.count, unsent.count)
    if !hasLine { read() } else if !unsent.isEmpty { write() }
    guard !hasEnded else { return }
    guard (hasLine, received.count, unsent.count) == before else {
      return wait(hasLine ? ControlSocket.answerPatience : ControlSocket.patience)
    }
    end()
  }

  private func wait(_ seconds: Int) {
    patience.schedule(deadline: .now() + .seconds(seconds))
  }

  private func read() {
    guard !hasLine else { return }
    var bytes = [UInt8](repeating: 0, count: ControlSocket.longestLine + 1)
    let count = recv(connection.descriptor, &bytes, bytes.count, 0)
    if count < 0, errno == EAGAIN || errno == EINTR { return }
    guard count > 0 else { return end() }
    received += bytes[..<count]
    let line = received.prefix { $0 != UInt8(ascii: "\n") }
    guard line.count <= ControlSocket.longestLine else { return refuseLongLine() }
    guard line.count < received.count else { return }
    guard let text = String(validating: line, as: UTF8.self) else { return end() }
    // What a caller was told had failed must not be done behind its back.
    guard !hasGone || ControlDesk.outlivesCaller(text) else { return end() }
    hasLine = true
    source.cancel()
    wait(ControlSocket.answerPatience)
    answer(text) { [weak self] in self?.reply($0) }
  }

  /// Whether the caller has given up: both directions are closed. One that only says that it has no
  /// more to say still listens.
  private var hasGone: Bool {
    var look = pollfd(fd: connection.descriptor, events: 0, revents: 0)
    return poll(&look, 1, 0) > 0
  }

  /// Says what is wrong with a line that is too long. What of it has come is taken away first: a
  /// socket that is closed with something unread tells its other end of an error.
  private func refuseLongLine() {
    let isJSON = received.starts(with: "json ".utf8)
    var bytes = [UInt8](repeating: 0, count: 65_536)
    for _ in 0..<Self.drainLimit where recv(connection.descriptor, &bytes, bytes.count, 0) <= 0 {
      break
    }
    reply(
      ControlDesk.refusal(
        "a line has at most \(ControlSocket.longestLine) bytes; this one has more",
        isJSON: isJSON))
  }

  /// How many pieces of a line that is too long are taken away.
  private static let drainLimit = 16

  private func reply(_ text: String) {
    guard !hasEnded else { return }
    hasLine = true
    source.cancel()
    unsent = Array(text.utf8)[...]
    unsent.append(UInt8(ascii: "\n"))
    wait(ControlSocket.patience)
    write()
  }

  /// Sends as much as the socket takes; the rest follows when it takes more. A caller that does not
  /// read loses the rest and nothing else.
  private func write() {
    while !unsent.isEmpty {
      let sent = unsent.withUnsafeBytes {
        send(connection.descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      if sent < 0, errno == EINTR { continue }
      guard sent >= 0 else {
        guard errno == EAGAIN else { return end() }
        return writeWhenPossible()
      }
      unsent = unsent.dropFirst(sent)
    }
    end()
  }

  private func writeWhenPossible() {
    guard writer == nil, !hasEnded else { return }
    let connection = connection
    let writer = DispatchSource.makeWriteSource(
      fileDescriptor: connection.descriptor, queue: .main)
    writer.setEventHandler { [weak self] in MainActor.assumeIsolated { self?.write() } }
    writer.setCancelHandler { withExtendedLifetime(connection) {} }
    writer.activate()
    self.writer = writer
  }
}
