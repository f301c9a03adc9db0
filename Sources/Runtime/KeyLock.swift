import Glibc

/// The proof that no second program of this user trades with the same API key, or the same account
/// of an exchange, wherever either of them keeps its data: two of them would undo each other's
/// orders (A12, R13).
nonisolated public final class KeyLock {
  /// What the key or the account is called here: a digest of exchange, environment and either.
  public let name: String
  private var descriptors: [Int32] = []

  /// Takes the lock called `name` in every one of `folders` that can be used, making them with mode
  /// 0700. One alone would not do: a service and a terminal of the same user see different ones.
  ///
  /// Fails when another process holds it anywhere, and when no folder can be used.
  public init(_ name: String, in folders: [String]) throws(InstanceLockProblem) {
    precondition(!name.contains("/"), "the name is that of a file")
    self.name = name
    var unusable = InstanceLockProblem.homeless
    for folder in folders {
      let path = "\(folder)/\(name).lock"
      if let problem = Self.make(folder) {
        unusable = .keyUnusable(path: path, reason: String(cString: strerror(problem)))
        continue
      }
      do throws(InstanceLockProblem) {
        descriptors.append(try InstanceLock.take(path))
      } catch {
        switch error {
        case .held(_, let holder): throw .keyHeld(path: path, holder: holder)
        case .unusable(_, let reason): unusable = .keyUnusable(path: path, reason: reason)
        case .keyHeld, .accountHeld, .keyUnusable, .homeless: unusable = error
        }
      }
    }
    guard !descriptors.isEmpty else { throw unusable }
  }

  /// Takes the lock of an account at the exchange, as that of a key is taken: an account has as
  /// many keys as its owner likes.
  public static func ofAccount(
    _ name: String, in folders: [String]
  ) throws(InstanceLockProblem) -> KeyLock {
    do throws(InstanceLockProblem) {
      return try KeyLock(name, in: folders)
    } catch {
      guard case .keyHeld(let path, let holder) = error else { throw error }
      throw .accountHeld(path: path, holder: holder)
    }
  }

  deinit {
    for descriptor in descriptors { InstanceLock.release(descriptor) }
  }

  /// Where the locks of a user are: in the folder of the session, `XDG_RUNTIME_DIR`, and below the
  /// home folder. What is not an absolute path counts as not there.
  public static func folders(session: String?, home: String?) -> [String] {
    [(session, "/perpdeck/locks"), (home, "/.local/share/perpdeck/locks")].compactMap {
      guard let base = $0.0, base.hasPrefix("/") else { return nil }
      return base + $0.1
    }
  }

  /// Makes a folder and those above it that are missing; returns the system's reason when it
  /// cannot.
  private static func make(_ folder: String) -> Int32? {
    var made = ""
    for part in folder.split(separator: "/") {
      made += "/" + part
      if mkdir(made, 0o700) != 0, errno != EEXIST { return errno }
    }
    return nil
  }
}
