import Units

/// One thing that a stream can be asked to deliver.
public protocol StreamTopic: Sendable, Hashable, CustomStringConvertible {
  /// The bytes of its argument in a subscribe message.
  var argumentByteCount: Int { get }

  /// After how long without a message it counts as stale; nil where silence means nothing.
  var staleAfter: TimeSpan? { get }
}

/// The facts of an exchange's streams that a session works by.
public struct StreamRules: Sendable, Hashable {
  /// Whether a login must be confirmed before anything is subscribed.
  public let needsLogin: Bool
  /// After how long a silence a heartbeat is sent.
  public let pingAfter: TimeSpan
  /// How long after the heartbeat anything must have arrived.
  public let answerWithin: TimeSpan
  /// How long opening a connection may take.
  public let connectWithin: TimeSpan
  /// How long the answer to a login may take.
  public let logInWithin: TimeSpan
  /// How long the answer to a subscription may take.
  public let acknowledgeWithin: TimeSpan
  /// The bytes that all arguments of one subscribe message must stay below.
  public let argumentBytesBelow: Int

  /// States the facts.
  public init(
    needsLogin: Bool, pingAfter: TimeSpan, answerWithin: TimeSpan, connectWithin: TimeSpan,
    logInWithin: TimeSpan, acknowledgeWithin: TimeSpan, argumentBytesBelow: Int
  ) {
    self.needsLogin = needsLogin
    self.pingAfter = pingAfter
    self.answerWithin = answerWithin
    self.connectWithin = connectWithin
    self.logInWithin = logInWithin
    self.acknowledgeWithin = acknowledgeWithin
    self.argumentBytesBelow = argumentBytesBelow
  }

  /// How long a connection must have worked before its loss is taken as a first failure again.
  public static let steadyAfter = TimeSpan.seconds(30)
  /// How many logins at least are tried at the usual pace; then a person must act.
  public static let logInAttempts = 3
  /// How long logins at least are tried at that pace.
  public static let logInPatience = TimeSpan.minutes(1)
  /// How long to wait when the exchange refuses us: a firewall's ban lasts about five minutes.
  public static let refusedRetry = TimeSpan.minutes(5)
  /// The longest that the exchange can have us wait.
  public static let longestWait = TimeSpan.hours(1)
  /// The least time between two subscriptions of one topic.
  public static let resubscribeSpacing = TimeSpan.seconds(1)
  /// After how long without a gap a topic's earlier gaps are forgotten.
  public static let gapMemory = TimeSpan.minutes(5)
  /// How often that spacing doubles at most: to about a minute.
  public static let gapDoublings = 6
  /// When a topic is tried again that was refused or whose subscription stayed without an answer;
  /// doubles each time.
  public static let topicRetry = TimeSpan.minutes(1)
  /// How often that time doubles at most: to eight minutes.
  public static let topicRetryDoublings = 3
  /// How often a subscription is tried in a row before the topic is given up for that time.
  public static let subscribeAttempts = 3
  /// How much patience with a topic that stays silent grows at most.
  public static let staleFactorLimit: Int64 = 16
}
