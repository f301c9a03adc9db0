import Dispatch
import Synchronization
import Trading

/// Records that belong together, and who wants to know what became of them.
struct Write: Sendable {
  let records: [Trading.Record]
  let durability: Durability
  let completion: JournalStore.Completion
}

/// Writes that share one transaction.
struct WriteGroup: Sendable {
  var writes: [Write]

  /// The strictest need among them.
  var durability: Durability { writes.map(\.durability).max() ?? .normal }

  func finish(_ result: Result<Void, JournalProblem>) {
    for write in writes { write.completion(result) }
  }
}

/// The writes that wait for the journal's queue, and what that queue must remember between groups.
final class WaitingLine: Sendable {
  /// What became of joining.
  enum Joining {
    /// Someone is already on the way to the front.
    case joined
    /// The caller must start the queue.
    case leads
    /// Nothing was taken.
    case refused(JournalProblem)
  }

  /// So many records may wait; at a durable 100,000 a second that is two seconds of trouble.
  static let limit = 200_000

  /// So many records share a transaction at most, which bounds how long one commit takes.
  static let groupLimit = 10_000

  private struct Contents {
    var writes: [Write] = []
    var recordCount = 0
    var isDraining = false
    var isClosed = false
    var failure: JournalProblem?
    var durability = Durability.full
    var currentRun: CurrentRun?
    var wantsRoom = true
    var sizeLimit = EventPruner.usualLimit
  }

  private let contents = Mutex(Contents())

  func join(_ write: Write) -> Joining {
    contents.withLock { contents in
      if let failure = contents.failure { return .refused(.stopped(by: failure)) }
      if contents.isClosed { return .refused(.closed) }
      if contents.recordCount >= Self.limit {
        return .refused(.overloaded(waiting: contents.recordCount))
      }
      contents.writes.append(write)
      contents.recordCount += write.records.count
      if contents.isDraining { return .joined }
      contents.isDraining = true
      return .leads
    }
  }

  /// Takes the writes that came first; nil when none wait, and then the next one leads again.
  func takeGroup() -> WriteGroup? {
    contents.withLock { contents -> WriteGroup? in
      guard !contents.writes.isEmpty else {
        contents.isDraining = false
        return nil
      }
      var count = 0
      var end = 0
      while end < contents.writes.count, count < Self.groupLimit {
        count += contents.writes[end].records.count
        end += 1
      }
      contents.recordCount -= count
      if end == contents.writes.count {
        let writes = contents.writes
        contents.writes = []
        return WriteGroup(writes: writes)
      }
      let writes = Array(contents.writes[..<end])
      contents.writes.removeFirst(end)
      return WriteGroup(writes: writes)
    }
  }

  /// Takes no more; returns whether it was open.
  func close() -> Bool {
    contents.withLock { contents in
      defer { contents.isClosed = true }
      return !contents.isClosed
    }
  }

  /// Stops for good; the first cause stays.
  func stop(by problem: JournalProblem) {
    contents.withLock { contents in
      if contents.failure == nil { contents.failure = problem }
    }
  }

  var failure: JournalProblem? { contents.withLock { $0.failure } }

  /// Whether somebody waits for the queue: a write, or who closes the journal.
  var isWaitedFor: Bool { contents.withLock { $0.isDraining || $0.isClosed } }

  /// The mode that the writer's connection is in.
  var durability: Durability {
    get { contents.withLock { $0.durability } }
    set { contents.withLock { $0.durability = newValue } }
  }

  var currentRun: CurrentRun? {
    get { contents.withLock { $0.currentRun } }
    set { contents.withLock { $0.currentRun = newValue } }
  }

  /// The bytes beyond which the oldest market events are dropped.
  var sizeLimit: Int {
    get { contents.withLock { $0.sizeLimit } }
    set { contents.withLock { $0.sizeLimit = newValue } }
  }

  /// Whether room is still to be made for the log.
  var wantsRoom: Bool {
    get { contents.withLock { $0.wantsRoom } }
    set { contents.withLock { $0.wantsRoom = newValue } }
  }
}

/// Where a write that was not even taken hears of it, so that no completion runs inside `write`.
enum RefusalQueue {
  private static let queue = DispatchQueue(label: "perpdeck.journal.refusals")

  static func deliver(_ problem: JournalProblem, to completion: @escaping JournalStore.Completion) {
    queue.async { completion(.failure(problem)) }
  }
}
