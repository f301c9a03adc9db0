import EventLoop
import Journal
import Trading

/// Where records go; the answer comes back on the loop, never from inside the call.
public protocol JournalWriting: AnyObject {
  /// Writes records in the order handed in: all or none, but for one that the rules of the journal
  /// refuse, which is left out and named by the answer.
  func write(
    _ records: [Record], completion: @escaping @MainActor (Result<Void, JournalProblem>) -> Void)
}

/// The journal on disk, with its answers brought to the loop.
public final class StoredJournal: JournalWriting {
  private let store: JournalStore
  private let loop: DispatchLoop
  private var intentsOnTheirWay = 0

  /// Brings the answers of `store` to `loop`.
  public init(_ store: JournalStore, loop: DispatchLoop) {
    self.store = store
    self.loop = loop
  }

  /// Writes records with the durability that they need. The loop stays awake for an intent, whose
  /// order leaves with the answer.
  public func write(
    _ records: [Record], completion: @escaping @MainActor (Result<Void, JournalProblem>) -> Void
  ) {
    let isIntent = if case .intent? = records.last { true } else { false }
    if isIntent { awaitIntent() }
    let loop = loop
    store.write(records) { result in
      loop.postFromAnyThread { [weak self] in
        if isIntent { self?.intentsOnTheirWay -= 1 }
        completion(result)
      }
    }
  }

  private func awaitIntent() {
    intentsOnTheirWay += 1
    guard intentsOnTheirWay == 1 else { return }
    // In microseconds; a disk takes half a millisecond.
    loop.stayAwake(atMost: 2_000) { [weak self] in
      self.map { $0.intentsOnTheirWay > 0 } ?? false
    }
  }
}
