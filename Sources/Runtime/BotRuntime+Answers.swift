import AccountData
import Engine
import EventLoop
import Trading

extension BotRuntime {
  /// How long between two looks whether requests were answered, in milliseconds.
  private static let answerLookInterval: Int64 = 20

  /// Calls back once none of these requests waits for its answer, after so many milliseconds at
  /// the latest.
  func afterAnswers(
    to ids: Set<RequestID>, within patience: Int64, _ done: @escaping @MainActor () -> Void
  ) {
    guard isWaiting(for: ids), patience > 0, !isStopped else { return done() }
    let wait = min(patience, Self.answerLookInterval)
    housekeeping.schedule(after: wait) { [weak self] in
      self?.afterAnswers(to: ids, within: patience - wait, done)
    }
  }

  /// Calls back once it is known how each of these orders ended, after so many milliseconds at the
  /// latest: one that rests does not end.
  func afterEnds(
    of ids: [ClientOrderID], within patience: Int64, _ done: @escaping @MainActor () -> Void
  ) {
    let orders = snapshot().account.orders
    let isOpen = ids.contains { orders[$0].map { !$0.state.isFinal } ?? false }
    guard isOpen, patience > 0, !isStopped else { return done() }
    let wait = min(patience, Self.answerLookInterval)
    housekeeping.schedule(after: wait) { [weak self] in
      self?.afterEnds(of: ids, within: patience - wait, done)
    }
  }
}
