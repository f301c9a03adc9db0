import Glibc

/// Why a file could not be read.
enum FileProblem: Error, Hashable, Sendable {
  case missing
  case isNotAFile
  case isLink
  case tooLarge(Int)
  case failed(String)

  func complaint(limit: Int) -> SettingsProblem.Complaint {
    switch self {
    case .missing: .unsafe("it does not exist")
    case .isNotAFile: .unsafe("it is not a regular file")
    case .isLink: .unsafe("it is a symbolic link")
    case .tooLarge(let bytes): .tooLarge(bytes: bytes, limit: limit)
    case .failed(let reason): .unsafe("it cannot be read: \(reason)")
    }
  }
}

/// Reads small files whole.
enum FileReading {
  /// Opens a file for reading; the caller closes it.
  static func open(_ path: String, followsLinks: Bool) throws(FileProblem) -> (Int32, stat) {
    let flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | (followsLinks ? 0 : O_NOFOLLOW)
    let descriptor = Glibc.open(path, flags)
    guard descriptor >= 0 else {
      switch errno {
      case ENOENT: throw .missing
      case ELOOP: throw .isLink
      default: throw .failed(words(of: errno))
      }
    }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      throw .isNotAFile
    }
    return (descriptor, status)
  }

  /// Returns the content of a file of at most `limit` bytes.
  static func bytes(of path: String, limit: Int) throws(FileProblem) -> [UInt8] {
    let (descriptor, _) = try open(path, followsLinks: true)
    defer { close(descriptor) }
    return try bytes(of: descriptor, limit: limit)
  }

  /// Returns the rest of an open file of at most `limit` bytes.
  static func bytes(of descriptor: Int32, limit: Int) throws(FileProblem) -> [UInt8] {
    // One more than the limit, so that a file at the limit can be told from a larger one. The
    // array is never grown, which would leave copies of a secret behind.
    var bytes = [UInt8](repeating: 0, count: limit + 1)
    var filled = 0
    while filled < bytes.count {
      let count = bytes.withUnsafeMutableBytes { buffer in
        Glibc.read(descriptor, buffer.baseAddress?.advanced(by: filled), buffer.count - filled)
      }
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw .failed(words(of: errno)) }
      if count == 0 { break }
      filled += count
    }
    guard filled <= limit else { throw .tooLarge(filled) }
    bytes.removeLast(bytes.count - filled)
    return bytes
  }

  /// The names in a folder in their order; none where there is no such folder.
  static func names(in folder: String) throws(FileProblem) -> [String] {
    guard let directory = opendir(folder) else {
      if errno == ENOENT || errno == ENOTDIR { return [] }
      throw .failed(words(of: errno))
    }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) {
        String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
      }
      names.append(name)
    }
    return names.sorted()
  }

  private static func words(of number: Int32) -> String {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: 128) { buffer in
      guard let start = buffer.baseAddress, strerror_r(number, start, buffer.count) == 0 else {
        return "error \(number)"
      }
      return String(cString: start)
    }
  }
}
