/// How one WebSocket connection behaves. All times are in milliseconds.
public nonisolated struct WebSocketOptions: Sendable {
  /// Header lines of the upgrade request beside those of the protocol.
  public var headers: [HTTPHeader] = []
  /// The most time from the start to the agreed upgrade.
  public var openDeadline: Int64 = 10_000
  /// After so long without a byte the other side counts as gone; nil: no limit.
  public var idleLimit: Int64? = 45_000
  /// After so long without a byte a protocol-level ping is sent; nil: none.
  ///
  /// Any byte that comes counts as life, not only the answer to the ping.
  public var pingAfter: Int64?
  /// The most time that the other side may take nothing while something waits to be sent.
  public var sendLimit: Int64 = 10_000
  /// The most time that the end of the connection is waited for after the close frames.
  public var closeLimit: Int64 = 1_000
  /// The largest message taken, in bytes: 16 MiB.
  public var messageLimit = 16 << 20
  /// The most bytes that may wait to be sent: 1 MiB.
  public var sendQueueLimit = 1 << 20

  /// Makes options with the usual values.
  public init() {}
}

/// What a WebSocket connection tells its owner.
public nonisolated enum WebSocketEvent {
  /// The connection is open: messages can be sent.
  case opened
  /// A text message, valid UTF-8. The bytes are there for the duration of the call only.
  case text(UnsafeRawBufferPointer)
  /// A binary message. The bytes are there for the duration of the call only.
  case binary(UnsafeRawBufferPointer)
  /// The answer to a protocol-level ping.
  case pong
  /// The connection is over, or never came to be. Always the last event, and told once.
  case closed(TransportError)
}
