import Glibc

/// One question to a running program over its control socket, and its answer.
nonisolated public enum ControlCall {
  /// How many seconds a program may be silent.
  public static let patience = 5

  /// Returns a socket that is connected to the one at a path; nil where nobody listens, as behind a
  /// program that has ended. The caller closes it.
  ///
  /// Blocks; `patience` is how many seconds a program may take that has others waiting: one that
  /// hangs takes nobody in.
  public static func connect(
    to path: String, patience: Int = patience
  ) throws(ControlCallProblem) -> Int32? {
    guard var address = SocketAddress(path: path) else { return nil }
    let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | O_CLOEXEC, 0)
    guard descriptor >= 0 else { return nil }
    var limit = timeval(tv_sec: patience, tv_usec: 0)
    setsockopt(
      descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    guard !address.connect(descriptor) else { return descriptor }
    let isSilent = errno == EAGAIN
    close(descriptor)
    guard isSilent else { return nil }
    throw .silent(seconds: patience)
  }

  /// Says a line over a connected socket and returns the whole answer without its last newlines.
  ///
  /// Blocks; `patience` is how many seconds the program may be silent.
  public static func exchange(
    _ line: String, over descriptor: Int32, patience: Int = patience
  ) throws(ControlCallProblem) -> String {
    var limit = timeval(tv_sec: patience, tv_usec: 0)
    setsockopt(
      descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    let request = Array((line + "\n").utf8)
    let said = send(descriptor, request, request.count, Int32(MSG_NOSIGNAL))
    if said < 0, errno == EAGAIN { throw .silent(seconds: patience) }
    var answer: [UInt8] = []
    var bytes = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = recv(descriptor, &bytes, bytes.count, 0)
      if count == 0 { break }
      guard count > 0 else {
        if errno == EINTR { continue }
        guard errno != EAGAIN else { throw .silent(seconds: patience) }
        // A line that was refused before its end was said is answered all the same.
        guard said == request.count else { break }
        throw .cutOff
      }
      answer += bytes[..<count]
    }
    guard !answer.isEmpty else { throw said == request.count ? .turnedAway : .isEnding }
    // The last byte of every answer is a newline: what has none is only its beginning.
    guard answer.last == UInt8(ascii: "\n") else { throw .cutOff }
    while answer.last == UInt8(ascii: "\n") { answer.removeLast() }
    return String(decoding: answer, as: UTF8.self)
  }
}

/// Why a running program did not answer.
nonisolated public enum ControlCallProblem: Error, Sendable, Hashable, CustomStringConvertible {
  /// It closed the connection before the line was said.
  case isEnding
  /// It said nothing for so long.
  case silent(seconds: Int)
  /// It says nothing because it was stopped, as by Ctrl-Z.
  case stopped(process: pid_t)
  /// It closed the connection without a word.
  case turnedAway
  /// The answer stopped before its end.
  case cutOff

  /// The reason and what to do, in one or two sentences.
  public var description: String {
    switch self {
    case .isEnding: "The running perpdeck does not listen: it is ending."
    case .silent(let seconds):
      "The running perpdeck did not answer within \(seconds) s. It hangs: end it with kill "
        + "and start it again; its journal knows every order. What was asked for may still be done "
        + "if it goes on: look with perpdeck status before you ask again."
    case .stopped(let process):
      "The running perpdeck (process \(process)) was stopped, as Ctrl-Z does: nothing watches what "
        + "is open. Let it go on with fg in its terminal, or with kill -CONT \(process). What was "
        + "asked for may still be done then: look with perpdeck status before you ask again."
    case .turnedAway:
      "The running perpdeck turned the request away: it belongs to another user, or is busy."
    case .cutOff:
      "The answer of the running perpdeck was cut off. What was asked for may have been done: look "
        + "with perpdeck status before you ask again."
    }
  }
}
