import Dispatch
import Glibc

/// The door for a second terminal: a Unix socket, 0600, that takes one line from the same user and
/// answers with one.
///
/// It lives on the loop and not on the screen, so it works while the terminal hangs (S34: the
/// kernel says who is at the other end; another user is turned away unread).
public final class ControlSocket {
  /// Answers a line, at once or within ``answerPatience``; the answer has no newline.
  public typealias Answering =
    @MainActor (_ line: String, _ reply: @escaping @MainActor (String) -> Void) -> Void

  private let path: String
  private let answer: Answering
  private let descriptor: Int32
  private var source: (any DispatchSourceRead)?
  private var callers: [Int32: ControlCaller] = [:]
  /// A descriptor that is kept for the moment in which there are no others: then it is given up for
  /// a caller, so that a program without descriptors can still be commanded (P05). -1 while it is.
  private var spare: Int32
  private var isResting = false

  /// The longest line that is taken, in bytes.
  nonisolated public static let longestLine = 1_024
  /// How many callers wait at once; the next is turned away.
  nonisolated static let mostCallers = 16
  /// How long a caller may take for its line, and then for its answer, in seconds.
  nonisolated static let patience = 2
  /// How long an answer may take to be known, in seconds; less than a caller waits for it.
  nonisolated static let answerPatience = 3

  /// Opens the socket at `path`. One that an ended process left there is replaced; the instance
  /// lock has to be held before, for it alone tells that the process has ended.
  public init(path: String, answer: @escaping Answering) throws(ControlSocketProblem) {
    self.path = path
    self.answer = answer
    descriptor = try Self.listen(at: path)
    spare = Self.reserve()
    let source = DispatchSource.makeReadSource(fileDescriptor: descriptor, queue: .main)
    source.setEventHandler { [weak self] in MainActor.assumeIsolated { self?.accept() } }
    source.activate()
    self.source = source
  }

  /// Closes the door and takes its name away.
  public func close() {
    // A source that rests cannot be let go.
    goOn()
    guard let source else { return }
    self.source = nil
    for caller in callers.values { caller.end() }
    callers = [:]
    if spare >= 0 { Glibc.close(spare) }
    spare = -1
    unlink(path)
    let descriptor = descriptor
    source.setCancelHandler { Glibc.close(descriptor) }
    source.cancel()
  }

  private nonisolated static func listen(at path: String) throws(ControlSocketProblem) -> Int32 {
    guard var address = SocketAddress(path: path) else { throw .tooLong(path: path) }
    let descriptor = socket(
      AF_UNIX, Int32(SOCK_STREAM.rawValue) | O_NONBLOCK | O_CLOEXEC, 0)
    guard descriptor >= 0 else { throw .unusable(path: path, errno: errno) }
    unlink(path)
    // The mode is set by the mask, so that there is no moment in which others could connect.
    let mask = umask(0o177)
    let bound = address.bind(descriptor)
    umask(mask)
    guard bound, Glibc.listen(descriptor, 8) == 0 else {
      let number = errno
      Glibc.close(descriptor)
      throw .unusable(path: path, errno: number)
    }
    return descriptor
  }

  private func accept() {
    if spare < 0 { spare = Self.reserve() }
    while true {
      var caller = Glibc.accept(descriptor, nil, nil)
      if caller < 0, errno == EMFILE || errno == ENFILE {
        guard spare >= 0 else { return rest() }
        Glibc.close(spare)
        spare = -1
        caller = Glibc.accept(descriptor, nil, nil)
      }
      guard caller >= 0 else { return }
      let isPrepared =
        fcntl(caller, F_SETFD, FD_CLOEXEC) == 0 && fcntl(caller, F_SETFL, O_NONBLOCK) == 0
      guard isPrepared, Self.isOurs(caller), callers.count < Self.mostCallers else {
        Glibc.close(caller)
        continue
      }
      callers[caller] = ControlCaller(
        caller, answer: { [weak self] in self?.answer($0, $1) },
        gone: { [weak self] in self?.callers[caller] = nil })
    }
  }

  private nonisolated static func reserve() -> Int32 { open("/dev/null", O_RDONLY | O_CLOEXEC) }

  /// Looks again in a moment: a caller that waits where no descriptor is left would keep the loop
  /// turning.
  private func rest() {
    guard let source, !isResting else { return }
    isResting = true
    source.suspend()
    DispatchQueue.main.asyncAfter(deadline: .now() + .milliseconds(100)) { [weak self] in
      MainActor.assumeIsolated { self?.goOn() }
    }
  }

  private func goOn() {
    guard isResting else { return }
    isResting = false
    source?.resume()
  }

  /// Tells whether the other end belongs to the user that runs the program.
  private static func isOurs(_ caller: Int32) -> Bool {
    // `struct ucred`: process, user and group, which the headers show to GNU sources alone.
    var credentials: [UInt32] = [0, .max, .max]
    let whole = credentials.count * MemoryLayout<UInt32>.size
    var size = socklen_t(whole)
    guard getsockopt(caller, SOL_SOCKET, SO_PEERCRED, &credentials, &size) == 0,
      size == socklen_t(whole)
    else { return false }
    return credentials[1] == getuid()
  }
}

/// Why the control socket cannot be opened.
nonisolated public enum ControlSocketProblem: Error, Sendable, Hashable, CustomStringConvertible {
  /// The path has more bytes than the system takes.
  case tooLong(path: String)
  /// The system refuses.
  case unusable(path: String, errno: Int32)

  /// The reason and what to do, in one sentence.
  public var description: String {
    switch self {
    case .tooLong(let path):
      "The path of the control socket is too long: \(path). Choose a shorter folder with --data."
    case .unusable(let path, let number):
      "Cannot open the control socket \(path): \(String(cString: strerror(number))). "
        + "Make its folder writable or choose another with --data."
    }
  }
}
