import Glibc

/// The proof that no second program trades the same account: a lock that the kernel drops when the
/// process ends, however it ends.
nonisolated public struct InstanceLock: ~Copyable {
  private let descriptor: Int32

  /// Takes the lock file at `path`, making it if needed; fails when another process holds it.
  public init(path: String) throws(InstanceLockProblem) {
    descriptor = try Self.take(path)
  }

  /// Locks a file for as long as the descriptor that is returned stays open.
  static func take(_ path: String) throws(InstanceLockProblem) -> Int32 {
    let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else {
      throw .unusable(path: path, reason: String(cString: strerror(errno)))
    }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      guard errno == EWOULDBLOCK else {
        let reason = String(cString: strerror(errno))
        close(descriptor)
        throw .unusable(path: path, reason: reason)
      }
      let holder = Self.holder(descriptor)
      close(descriptor)
      throw .held(path: path, holder: holder)
    }
    var text = "\(getpid())\n"
    ftruncate(descriptor, 0)
    // The number only helps people to find the holder; the lock itself does not rest on it.
    _ = text.withUTF8 { pwrite(descriptor, $0.baseAddress, $0.count, 0) }
    return descriptor
  }

  /// The number of the process that holds the lock file at `path`, as the file tells it; nil where
  /// it tells none.
  public static func holder(of path: String) -> pid_t? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    return holder(descriptor).flatMap { pid_t($0) }
  }

  deinit {
    Self.release(descriptor)
  }

  /// Gives a lock back, also where a child that begins at this moment still has the file open.
  static func release(_ descriptor: Int32) {
    flock(descriptor, LOCK_UN)
    close(descriptor)
  }

  private static func holder(_ descriptor: Int32) -> String? {
    var bytes = [UInt8](repeating: 0, count: 16)
    let count = pread(descriptor, &bytes, bytes.count, 0)
    guard count > 0 else { return nil }
    let digits = bytes.prefix(count).prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    return digits.isEmpty ? nil : String(decoding: digits, as: UTF8.self)
  }
}

/// Why the account cannot be locked.
nonisolated public enum InstanceLockProblem: Error, Sendable, Hashable, CustomStringConvertible {
  /// Another process trades this account.
  case held(path: String, holder: String?)
  /// Another process trades with this API key.
  case keyHeld(path: String, holder: String?)
  /// Another process trades this account of the exchange with another API key.
  case accountHeld(path: String, holder: String?)
  /// The lock file of an API key cannot be used.
  case keyUnusable(path: String, reason: String)
  /// There is no folder for the locks of a user.
  case homeless
  /// The lock file cannot be used.
  case unusable(path: String, reason: String)

  /// The reason and what to do, in one or two sentences.
  public var description: String {
    switch self {
    case .held(let path, let holder):
      "Another perpdeck\(Self.name(holder)) already trades this account "
        + "(lock \(path)). Close it first, or choose another account with --account."
    case .keyHeld(let path, let holder):
      "Another perpdeck\(Self.name(holder)) already trades with this API key "
        + "(lock \(path)). Close it first: two programs on one account undo each other's orders."
    case .accountHeld(let path, let holder):
      "Another perpdeck\(Self.name(holder)) already trades this account of the exchange with "
        + "another API key (lock \(path)). Close it first: two programs on one account undo each "
        + "other's orders."
    case .keyUnusable(let path, let reason):
      "Cannot use the lock file \(path): \(reason). Make its directory writable or set HOME to a "
        + "folder that is."
    case .homeless:
      "Cannot lock the API key: there is neither a home folder nor XDG_RUNTIME_DIR. Set HOME to a "
        + "folder that can be written to."
    case .unusable(let path, let reason):
      "Cannot use the lock file \(path): \(reason). Make its directory writable or choose another "
        + "with --data."
    }
  }

  private static func name(_ holder: String?) -> String { holder.map { " (process \($0))" } ?? "" }
}
