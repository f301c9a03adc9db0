import Glibc

/// A file that a command writes, readable by its owner alone: written beside what is there and put
/// in its place when it is whole.
struct OutputFile {
  let option: String
  let path: String

  /// Looks, before any work is done, whether files can be written and are neither each other nor
  /// one that is read.
  static func check(_ files: [OutputFile], inputs: [String]) throws(ProgramFailure) {
    for (place, file) in files.enumerated() {
      if let other = files[..<place].first(where: { isSame($0.path, file.path) }) {
        throw ProgramFailure(
          "\(file.option) \(file.path): is also the file of \(other.option); name another.")
      }
      if inputs.contains(where: { isSame($0, file.path) }) {
        throw ProgramFailure(
          "\(file.option) \(file.path): is read by this run; name another file.")
      }
      try file.probe()
    }
  }

  /// Whether there is anything at a path.
  static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

  /// Writes text, replacing what is there.
  func write(_ text: String) throws(ProgramFailure) {
    guard isPlain else {
      let descriptor = open(path, O_WRONLY | O_CLOEXEC)
      guard descriptor >= 0 else { throw failure }
      defer { close(descriptor) }
      guard AllBytes.write(text, to: descriptor) else { throw failure }
      return
    }
    let beside = besidePath
    let descriptor = open(beside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw failure }
    let isWritten = AllBytes.write(text, to: descriptor) && fsync(descriptor) == 0
    let problem = failure
    close(descriptor)
    guard isWritten else {
      unlink(beside)
      throw problem
    }
    guard rename(beside, path) == 0 else {
      let problem = failure
      unlink(beside)
      throw problem
    }
  }

  /// Throws when it cannot be written.
  private func probe() throws(ProgramFailure) {
    guard isPlain else {
      guard access(path, W_OK) == 0 else { throw failure }
      var status = stat()
      guard stat(path, &status) == 0, status.st_mode & S_IFMT != S_IFDIR else {
        errno = EISDIR
        throw failure
      }
      return
    }
    let beside = besidePath
    let descriptor = open(beside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw failure }
    close(descriptor)
    unlink(beside)
  }

  /// Whether it is a file or nothing yet; a pipe or a device is written in place.
  private var isPlain: Bool {
    var status = stat()
    return stat(path, &status) != 0 || status.st_mode & S_IFMT == S_IFREG
  }

  private var besidePath: String { "\(path).\(getpid()).new" }

  private var failure: ProgramFailure {
    ProgramFailure(
      "\(option) \(path): cannot be written: \(String(cString: strerror(errno))); "
        + "name another file.")
  }

  /// Whether two paths lead to one file.
  private static func isSame(_ left: String, _ right: String) -> Bool {
    guard wholePath(left) != wholePath(right) else { return true }
    var (one, other) = (stat(), stat())
    guard stat(left, &one) == 0, stat(right, &other) == 0 else { return false }
    return one.st_dev == other.st_dev && one.st_ino == other.st_ino
      && one.st_mode & S_IFMT == S_IFREG
  }

  /// The path from the root, also of a file that is not there yet.
  private static func wholePath(_ path: String) -> String {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    let folder = parts.dropLast().joined(separator: "/")
    let place = parts.count == 1 ? "." : folder.isEmpty ? "/" : folder
    guard let real = realpath(place, nil) else { return path }
    defer { free(real) }
    return String(cString: real) + "/" + (parts.last ?? "")
  }
}

/// Standard output for reports: what cannot be written is a failure of the command.
enum ReportOutput {
  /// Writes a line.
  static func write(_ line: String) throws(ProgramFailure) {
    guard AllBytes.write(line + "\n", to: STDOUT_FILENO) else {
      throw ProgramFailure(
        "Cannot write to standard output: \(String(cString: strerror(errno))).")
    }
  }
}

/// Writes texts whole.
enum AllBytes {
  /// Writes all bytes of a text; false when that is not possible, and `errno` says why.
  static func write(_ text: String, to descriptor: CInt) -> Bool {
    var text = text
    return text.withUTF8 { buffer in
      var done = 0
      while done < buffer.count {
        let count = Glibc.write(
          descriptor, buffer.baseAddress.map { $0 + done }, buffer.count - done)
        if count < 0, errno == EINTR { continue }
        guard count > 0 else { return false }
        done += count
      }
      return true
    }
  }
}
