import Glibc

/// Files and folders that belong to us alone.
enum PrivateFile {
  /// Larger than any file of candles.
  private static let sizeLimit = 8 << 20

  /// Returns the content of a file; nil where there is none.
  static func read(_ path: String) throws(CandleCacheProblem) -> [UInt8]? {
    let descriptor = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
      if errno == ENOENT || errno == ENOTDIR { return nil }
      throw .unreadable(path: path, reason: reason)
    }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw .unreadable(path: path, reason: reason) }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw .unreadable(path: path, reason: "it is no plain file")
    }
    guard status.st_uid == geteuid() else {
      throw .unreadable(path: path, reason: "it belongs to another user")
    }
    guard status.st_size <= sizeLimit else {
      throw .damaged(path: path, reason: "it is too large for one")
    }
    var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
    var done = 0
    while done < bytes.count {
      let count = bytes.withUnsafeMutableBytes { buffer in
        Glibc.read(descriptor, buffer.baseAddress.map { $0 + done }, buffer.count - done)
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw .unreadable(path: path, reason: reason) }
      done += count
    }
    return bytes
  }

  /// Puts a new file in the place of the old one when it is whole. Whoever holds the lock alone may
  /// do so. A loss of power may leave a torn file, which its check tells; nothing waits for the
  /// disk.
  static func write(_ bytes: [UInt8], to path: String) throws(CandleCacheProblem) {
    let beside = path + ".new"
    // What a killed program left is no start for a new one.
    unlink(beside)
    let descriptor = open(beside, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw .unwritable(path: path, reason: reason) }
    var done = 0
    while done < bytes.count {
      let count = bytes.withUnsafeBytes { buffer in
        Glibc.write(descriptor, buffer.baseAddress.map { $0 + done }, buffer.count - done)
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { break }
      done += count
    }
    let problem = CandleCacheProblem.unwritable(path: path, reason: reason)
    close(descriptor)
    guard done == bytes.count else {
      unlink(beside)
      throw problem
    }
    guard rename(beside, path) == 0 else {
      let problem = CandleCacheProblem.unwritable(path: path, reason: reason)
      unlink(beside)
      throw problem
    }
  }

  /// Makes a folder and those above it that are missing, each with mode 0700, and makes it private.
  static func prepareFolder(_ path: String) throws(CandleCacheProblem) {
    var status = stat()
    if stat(path, &status) != 0 {
      if let slash = path.lastIndex(of: "/"), slash != path.startIndex {
        let above = String(path[..<slash])
        if access(above, F_OK) != 0 { try prepareFolder(above) }
      }
      guard mkdir(path, 0o700) == 0 || errno == EEXIST, stat(path, &status) == 0 else {
        throw .unwritable(path: path, reason: reason)
      }
    }
    guard status.st_mode & S_IFMT == S_IFDIR else {
      throw .unwritable(path: path, reason: "it is not a folder")
    }
    guard status.st_uid == geteuid() else {
      throw .unwritable(path: path, reason: "the folder belongs to another user")
    }
    guard status.st_mode & 0o777 == 0o700 || chmod(path, 0o700) == 0 else {
      throw .unwritable(path: path, reason: reason)
    }
  }

  /// Returns the names in a folder, but hidden ones; none where there is no such folder. Throws
  /// when there is one that cannot be read.
  static func names(in folder: String) throws(CandleCacheProblem) -> [String] {
    guard let directory = opendir(folder) else {
      if errno == ENOENT || errno == ENOTDIR { return [] }
      throw .unreadable(path: folder, reason: reason)
    }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) {
        String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
      }
      if !name.hasPrefix(".") { names.append(name) }
    }
    return names.sorted()
  }

  private static var reason: String { String(cString: strerror(errno)) }
}

/// The right to write into the cache, which one program has at a time.
struct FolderLock {
  private let descriptor: Int32

  /// Takes it; nil while another program has it. Nobody waits: what is not kept now will be asked
  /// for again.
  init?(_ path: String) throws(CandleCacheProblem) {
    let descriptor = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else {
      throw .unwritable(path: path, reason: String(cString: strerror(errno)))
    }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      close(descriptor)
      return nil
    }
    self.descriptor = descriptor
  }

  /// Gives it back, also where a child that begins at this moment still has the file open.
  func release() {
    flock(descriptor, LOCK_UN)
    close(descriptor)
  }
}
