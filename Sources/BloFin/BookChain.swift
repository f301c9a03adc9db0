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
  private var ignoredWithoutSnapshot = 0

  /// How many updates may come without a snapshot before it is asked for again: about 5 s of them.
  static let patience = 50

  /// Takes a snapshot.
  mutating func snapshot(sequence: UInt64) -> Verdict {
    last = sequence
    ignoredWithoutSnapshot = 0
    return .apply
  }

  /// Takes an update.
  mutating func update(sequence: UInt64, previous: UInt64) -> Verdict {
    guard let last else {
      ignoredWithoutSnapshot += 1
      guard ignoredWithoutSnapshot >= Self.patience else { return .ignore }
      ignoredWithoutSnapshot = 0
      return .gap
    }
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
    ignoredWithoutSnapshot = 0
  }
}
