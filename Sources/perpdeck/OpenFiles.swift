import Glibc

/// How many files the process may have open: sockets, the journal and the terminal are such.
enum OpenFiles {
  /// A session with every channel needs about forty; with fewer than this it would get stuck.
  private static let needed: rlim_t = 64
  /// As many as a served exchange with hundreds of clients takes.
  private static let wished: rlim_t = 4_096

  /// How many may be open now, nil when that cannot be read.
  static var limit: UInt64? {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return nil }
    return UInt64(limit.rlim_cur)
  }

  /// Asks for as many as are wished and allowed.
  static func raise() {
    var limit = rlimit()
    let name = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
    guard getrlimit(name, &limit) == 0, limit.rlim_cur < wished else { return }
    limit.rlim_cur = min(wished, limit.rlim_max)
    setrlimit(name, &limit)
  }

  /// Puts something into the places of the standard streams that are closed, so that no file that
  /// is opened later takes one, and what is printed does not end in a journal. What is written to
  /// a closed output fails.
  static func fillStandardStreams() {
    for stream in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO]
    where fcntl(stream, F_GETFD) < 0 && errno == EBADF {
      // The lowest free place is taken, which is this one.
      _ = open("/dev/null", stream == STDIN_FILENO ? O_WRONLY : O_RDONLY)
    }
  }

  /// Returns why too few may be open and what to do, nil when there are enough (P05).
  static var complaint: String? {
    guard let limit, limit < needed else { return nil }
    return "this process may have \(limit) files open and needs \(needed)"
  }

  /// What gives it more.
  static let remedy = "ulimit -n 1024 in the shell that starts it, LimitNOFILE=1024 in a unit"

  /// Throws where a session would get stuck.
  static func check() throws(ProgramFailure) {
    if let complaint { throw ProgramFailure("\(complaint); set \(remedy)") }
  }
}
