import Glibc

/// Room for the write-ahead log, made before it is needed.
///
/// The sync of a file that has grown has to write the file system's own records of it as well,
/// which is a third of the price of a durable row. SQLite reads its log up to the first frame that
/// does not fit the chain of checksums; what lies behind it means nothing, just as the old frames
/// of a log that was begun anew do. Zeros fit no chain.
enum LogRoom {
  /// The bytes that are made ready: twice what is written between two copies of the log.
  static let size = 8 << 20

  /// So many bytes stay free on the disk; on a smaller one the log grows as it always did.
  static let spare: UInt64 = 256 << 20

  /// Makes the log of the journal at `path` as large as ``size``.
  ///
  /// The caller must hold the journal's write lock, so that nobody appends to the log meanwhile. A
  /// failure is not told: what the disk refuses here it refuses to the next row as well, and there
  /// it counts.
  static func make(for path: String) {
    // A log is no link; and closing it gives up none of SQLite's locks, which are on other files.
    let descriptor = open(path + "-wal", O_WRONLY | O_NOFOLLOW | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    var status = stat()
    var disk = statvfs()
    guard fstat(descriptor, &status) == 0, fstatvfs(descriptor, &disk) == 0 else { return }
    let begin = Int(status.st_size)
    guard begin < size else { return }
    guard UInt64(disk.f_bavail) * UInt64(disk.f_frsize) > spare else { return }
    guard fill(descriptor, from: begin), fsync(descriptor) == 0 else {
      // As it was, or a little longer: either way SQLite does not look there.
      ftruncate(descriptor, off_t(begin))
      return
    }
  }

  private static func fill(_ descriptor: Int32, from begin: Int) -> Bool {
    let zeros = [UInt8](repeating: 0, count: 256 << 10)
    var end = begin
    while end < size {
      let count = zeros.withUnsafeBytes {
        pwrite(descriptor, $0.baseAddress, min($0.count, size - end), off_t(end))
      }
      guard count > 0 else { return false }
      end += count
    }
    return true
  }
}
