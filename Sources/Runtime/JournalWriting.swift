import EventLoop
import Journal
import Trading

/// Where records go; the answer comes back on the loop, never from inside the call.
public protocol JournalWriting: AnyObject {
  /// Writes records, all or none, in the order handed in.
  func write(
    _ records: [Record], completion: @escaping @MainActor (Result<Void, JournalProblem>) -> Void)

  /// Gets ready for an intent that may come within a moment; writes nothing.
  func expectIntent()
}

extension JournalWriting {
  /// Does nothing: every write is as quick as the next.
  public func expectIntent() {}
}

/// The journal on disk, with its answers brought to the loop.
public final class StoredJournal: JournalWriting {
  private let store: JournalStore
  private let loop: DispatchLoop

  /// Brings the answers of `store` to `loop`.
  public init(_ store: JournalStore, loop: DispatchLoop) {
    self.store = store
    self.loop = loop
  }

  /// Writes records with the durability that they need.
  public func write(
    _ records: [Record], completion: @escaping @MainActor (Result<Void, JournalProblem>) -> Void
  ) {
    let loop = loop
    store.write(records) { result in loop.postFromAnyThread { completion(result) } }
  }

  /// Has the journal's queue rehearse an intent.
  public func expectIntent() { store.expectIntent() }
}
