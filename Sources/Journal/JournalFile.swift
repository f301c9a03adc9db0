import CDisk
import Glibc

/// The file of a journal on disk: made private, and recognized again.
///
/// SQLite creates files with the mode of the umask and follows links; here both are decided before
/// SQLite sees the path. The `-wal` and `-shm` files take their mode from the main file.
struct JournalFile: Sendable, Hashable {
  /// Where it is.
  let path: String
  /// Whether it had content when it was opened.
  let existed: Bool
  private let device: UInt64
  private let inode: UInt64

  static let fileMode: mode_t = 0o600
  static let folderMode: mode_t = 0o700

  /// Creates the folder and an empty file where they are missing, and makes both private.
  init(preparing path: String) throws(JournalProblem) {
    try Self.preparePrivateFolder(Self.folder(of: path))
    let descriptor = try Self.openPrivately(path, flags: O_RDWR | O_CREAT)
    defer { close(descriptor) }
    let status = try Self.status(of: descriptor, path: path)
    self.path = path
    existed = status.st_size > 0
    device = UInt64(status.st_dev)
    inode = UInt64(status.st_ino)
  }

  /// Recognizes an existing file for reading and changes nothing.
  init(recognizing path: String) throws(JournalProblem) {
    let descriptor = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw .cannotOpen(path: path, reason: errorText(errno))
    }
    defer { close(descriptor) }
    let status = try Self.status(of: descriptor, path: path)
    self.path = path
    existed = status.st_size > 0
    device = UInt64(status.st_dev)
    inode = UInt64(status.st_ino)
  }

  /// Whether the path still leads to the same file, and SQLite's log beside it is still there.
  func isStillThere() -> Bool {
    var status = stat()
    guard lstat(path, &status) == 0, UInt64(status.st_dev) == device,
      UInt64(status.st_ino) == inode
    else { return false }
    return access(path + "-wal", F_OK) == 0
  }

  /// Has the disk begin with what the write-ahead log was given, without waiting for it.
  ///
  /// The sync of an intent waits for everything before it in the log; the less is left the sooner
  /// the order leaves. Nothing depends on it, so a failure is not told.
  func startWritingLog() {
    let descriptor = open(path + "-wal", O_WRONLY | O_NOFOLLOW | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    _ = sync_file_range(descriptor, 0, 0, cdisk_begin_writing)
  }

  /// How large the write-ahead log is, in bytes; zero when there is none.
  func logSize() -> Int {
    Self.size(of: path + "-wal")
  }

  /// Returns the size of a file in bytes, zero when there is none.
  static func size(of path: String) -> Int {
    var status = stat()
    return lstat(path, &status) == 0 ? Int(status.st_size) : 0
  }

  /// Returns whether a file begins as every SQLite database does.
  static func looksLikeDatabase(_ path: String) -> Bool {
    let magic = Array("SQLite format 3\0".utf8)
    let descriptor = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    var head = [UInt8](repeating: 0, count: magic.count)
    let count = head.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress, $0.count, 0) }
    return count == magic.count && head == magic
  }

  /// Creates a new empty private file, which must not exist.
  static func createPrivately(_ path: String) throws(JournalProblem) {
    close(try openPrivately(path, flags: O_WRONLY | O_CREAT | O_EXCL))
  }

  /// Creates a folder with its missing parents, all private.
  static func preparePrivateFolder(_ path: String) throws(JournalProblem) {
    var status = stat()
    if lstat(path, &status) != 0 {
      let parent = folder(of: path)
      if parent != path, access(parent, F_OK) != 0 { try preparePrivateFolder(parent) }
      guard mkdir(path, folderMode) == 0 || errno == EEXIST else {
        throw .cannotOpen(path: path, reason: errorText(errno))
      }
      guard lstat(path, &status) == 0 else {
        throw .cannotOpen(path: path, reason: errorText(errno))
      }
    }
    guard status.st_mode & S_IFMT == S_IFDIR else {
      throw .unsafeFile(path: path, reason: "it is not a folder")
    }
    guard status.st_uid == geteuid() else {
      throw .unsafeFile(path: path, reason: "the folder belongs to another user")
    }
    // Others who may write here could replace the file; a folder of ours that they may only read
    // keeps its mode, for the files in it are private by themselves.
    guard status.st_mode & 0o022 == 0 || chmod(path, folderMode) == 0 else {
      throw .cannotOpen(path: path, reason: errorText(errno))
    }
  }

  static func folder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  private static func openPrivately(_ path: String, flags: Int32) throws(JournalProblem) -> Int32 {
    let descriptor = open(path, flags | O_NOFOLLOW | O_CLOEXEC, fileMode)
    guard descriptor >= 0 else {
      throw errno == ELOOP
        ? .unsafeFile(path: path, reason: "it is a symbolic link")
        : .cannotOpen(path: path, reason: errorText(errno))
    }
    do throws(JournalProblem) {
      let status = try status(of: descriptor, path: path)
      guard status.st_mode & 0o777 == fileMode || fchmod(descriptor, fileMode) == 0 else {
        throw .cannotOpen(path: path, reason: errorText(errno))
      }
    } catch {
      close(descriptor)
      throw error
    }
    return descriptor
  }

  private static func status(of descriptor: Int32, path: String) throws(JournalProblem) -> stat {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      throw .cannotOpen(path: path, reason: errorText(errno))
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw .unsafeFile(path: path, reason: "it is not a regular file")
    }
    guard status.st_uid == geteuid() else {
      throw .unsafeFile(path: path, reason: "it belongs to another user")
    }
    return status
  }
}

/// Returns the operating system's words for an error number.
func errorText(_ number: Int32) -> String {
  withUnsafeTemporaryAllocation(of: CChar.self, capacity: 128) { buffer in
    guard let start = buffer.baseAddress, strerror_r(number, start, buffer.count) == 0 else {
      return "error \(number)"
    }
    return String(cString: start)
  }
}
