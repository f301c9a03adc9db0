/// Follows the chain of one book's messages: each names the one before it.
///
/// A value. Source: BloFin WebSocket, Order Book Channel: a snapshot has `prevSeqId` 0, an update's
/// `prevSeqId` equals the last `seqId`; anything else means that a message was lost.
nonisolated struct BookChain: Hashable, Sendable {
  /// What to do with a message.
  enum Verdict: Hashable, Sendable {
    /// Apply it.
    case apply
    /// Drop it: a duplicate, an older one, or one that came before the snapshot.
    case ignore
    /// A message is missing: drop the book and ask for a snapshot.
    case gap
  }

  private var last: UInt64?

  /// Takes a snapshot.
  mutating func snapshot(sequence: UInt64) {
    last = sequence
  }

  /// Takes an update.
  mutating func update(sequence: UInt64, previous: UInt64) -> Verdict {
    guard let last else { return .ignore }
    // Only the chain is promised; that numbers grow is merely usual, and tells old from lost.
    if previous == last {
      self.last = sequence
      return .apply
    }
    if sequence <= last { return .ignore }
    reset()
    return .gap
  }

  /// Waits for a snapshot.
  mutating func reset() {
    last = nil
  }
}
