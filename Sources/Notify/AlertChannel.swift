import Trading
import Units

/// What became of a message that was handed to a channel.
nonisolated public enum Delivery: Sendable, Hashable {
  /// It has arrived.
  case delivered
  /// It has not, and may be tried again, not before this time if one is given.
  case retry(after: TimeSpan?, reason: String)
  /// It was not taken, and trying at once is of no use; another message may be.
  case refused(reason: String)
  /// Neither this one nor any other will, until a person acts: a wrong token, a deleted webhook.
  case closed(reason: String)
}

/// A way to reach people.
///
/// Channels are called one message at a time and know nothing of queues: order, bounds, retries and
/// quiet hours are the dispatcher's. Nothing here is in the way of trading.
public protocol AlertChannel: AnyObject {
  /// The name in the settings and on the screen, such as `telegram`.
  var name: String { get }
  /// How many messages may go out as one; one for channels that cannot.
  var batchLimit: Int { get }

  /// Sends messages as one, silently if the channel can; `done` is called once, later.
  func send(
    _ messages: [AlertMessage], isSilent: Bool, _ done: @escaping @MainActor (Delivery) -> Void)
}

/// What a channel does with alerts of one severity.
nonisolated public enum ChannelVolume: String, Sendable, Hashable, CaseIterable {
  /// Sends them.
  case on
  /// Sends them without a sound, where the channel can.
  case silent
  /// Leaves them out.
  case off
}

/// What a channel does with which alerts, and when.
nonisolated public struct ChannelPolicy: Sendable, Hashable {
  /// By severity.
  public let volume: [AlertSeverity: ChannelVolume]
  /// By what the alert is about; what stands here is above the severity.
  public let topics: [AlertTopic: ChannelVolume]
  /// When only critical alerts go out; the others wait. Nil for never.
  public let quietHours: QuietHours?
  /// How long an alert that is not critical waits for others to go with it.
  public let batchDelay: TimeSpan
  /// The most messages that wait; then the oldest of the least severity is dropped.
  public let capacity: Int
  /// The least time between two messages.
  public let spacing: TimeSpan

  /// States a policy; what has no volume of its own is on.
  public init(
    volume: [AlertSeverity: ChannelVolume] = [:], topics: [AlertTopic: ChannelVolume] = [:],
    quietHours: QuietHours? = nil, batchDelay: TimeSpan = .zero, capacity: Int = 100,
    spacing: TimeSpan = .zero
  ) {
    precondition(capacity > 0, "a queue has room for at least one message")
    self.volume = volume
    self.topics = topics
    self.quietHours = quietHours
    self.batchDelay = batchDelay
    self.capacity = capacity
    self.spacing = spacing
  }

  /// Returns the volume of a message.
  public func volume(of message: AlertMessage) -> ChannelVolume {
    message.topic.flatMap { topics[$0] } ?? volume[message.severity, default: .on]
  }
}

/// A part of every day, in minutes since 00:00 UTC; the end may be on the next day.
nonisolated public struct QuietHours: Sendable, Hashable {
  /// When it begins, 0 through 1439.
  public let from: Int
  /// When it ends, 0 through 1439, exclusive.
  public let to: Int

  /// States the hours.
  public init(from: Int, to: Int) {
    self.from = from
    self.to = to
  }

  /// Returns when the quiet ends that holds at a moment; nil when it does not hold.
  public func end(at now: Timestamp) -> Timestamp? {
    guard from != to else { return nil }
    let midnight = now.start(of: .days(1))
    let minute = Int((now - midnight).milliseconds / 60_000)
    let isQuiet = from < to ? minute >= from && minute < to : minute >= from || minute < to
    guard isQuiet else { return nil }
    let isTomorrow = from > to && minute >= from
    return midnight + .minutes(Int64(to)) + (isTomorrow ? .days(1) : .zero)
  }
}
