import EventLoop
import Glibc
import Journal
import Runtime
import Trading

/// Looks after the journal's file while a session runs: damage in one too large for the check at
/// the start (D04), and a disk that fills (D01).
@MainActor
final class JournalCare {
  private let store: JournalStore
  private let loop: DispatchLoop
  private let say: @MainActor (String, NoteRecord.Level) -> Void
  private var wasLow = false

  /// Milliseconds between two looks at the disk.
  private static let interval: Int64 = 60_000
  /// Less free space than this is told; doctor names the same.
  private static let low = 500
  /// So much more must be free before it is told again.
  private static let margin = 100

  /// Takes what is looked after and who is told.
  init(
    _ store: JournalStore, loop: DispatchLoop,
    say: @escaping @MainActor (String, NoteRecord.Level) -> Void
  ) {
    self.store = store
    self.loop = loop
    self.say = say
  }

  /// Begins; nothing of it is in the way of the loop or of the journal's writer.
  func begin() {
    lookAtDisk()
    guard !store.wasChecked else { return }
    let (loop, path) = (loop, store.path)
    store.findDamage { [say] result in
      loop.postFromAnyThread {
        switch result {
        case .success([]): break
        case .success(let findings):
          say(
            "the journal \(path) is damaged: \(findings.joined(separator: "; ")). Flatten or "
              + "protect what is open, stop, move it away with its -wal and -shm files, and put "
              + "the newest copy from its backups folder in its place",
            .alarm)
        case .failure(let problem): say("the journal was not checked: \(problem)", .warning)
        }
      }
    }
  }

  private func lookAtDisk() {
    loop.schedule(after: Self.interval) { [weak self] in self?.lookAtDisk() }
    var status = statvfs()
    guard statvfs(store.path, &status) == 0 else { return }
    let free = Int((UInt64(status.f_bavail) * UInt64(status.f_frsize)) >> 20)
    if free < Self.low, !wasLow {
      wasLow = true
      say(
        "only \(free) MiB are free on the disk of \(store.path): make room, for on a full one no "
          + "order that opens leaves", .warning)
    } else if free >= Self.low + Self.margin {
      wasLow = false
    }
  }
}
