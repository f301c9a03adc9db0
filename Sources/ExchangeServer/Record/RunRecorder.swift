import Glibc
import Simulation

/// Writes a record of a run as it goes, a line for each step, readable by its owner only.
final class RunRecorder {
  private var descriptor: Int32
  private let path: String

  /// Takes over a file that ``makeFile(_:)`` has made.
  init(path: String, descriptor: Int32) {
    self.path = path
    self.descriptor = descriptor
  }

  /// Makes the file and returns its descriptor; refuses a file that is there already, for it may be
  /// another run's record.
  static func makeFile(_ path: String) throws(ServerProblem) -> Int32 {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else {
      throw .record(file: path, line: nil, String(cString: strerror(errno)))
    }
    return descriptor
  }

  deinit {
    if descriptor >= 0 { close(descriptor) }
  }

  /// Writes a line at once. When the disk does not take it the record ends there, which is said on
  /// standard error; the exchange goes on.
  func write(_ line: [UInt8]) {
    guard descriptor >= 0 else { return }
    var rest = (line + [UInt8(ascii: "\n")])[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return giveUp(errno) }
      rest = rest.dropFirst(count)
    }
  }

  private func giveUp(_ code: Int32) {
    close(descriptor)
    descriptor = -1
    let said = "The record \(path) ends here: \(String(cString: strerror(code))).\n"
    Array(said.utf8).withUnsafeBytes { bytes in
      // Nobody can be told that standard error is closed.
      _ = Glibc.write(STDERR_FILENO, bytes.baseAddress, bytes.count)
    }
  }
}

extension ServedExchange {
  /// Notes what was just done to the exchange, if its run is recorded.
  func record(_ step: @autoclosure () -> RunStep) {
    guard let recorder else { return }
    recorder.write(
      RunLine(time: venue.now, step: step(), stateHash: venue.stateHash).encoded)
  }
}
