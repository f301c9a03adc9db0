/// Whether bytes of a request may have reached the server when the request failed.
public nonisolated enum RequestReach: Hashable, Sendable {
  /// Nothing of it left this machine: sending it again cannot do anything twice.
  case notSent

  /// Some or all of it may have arrived and taken effect: its outcome is unknown.
  case maybeSent
}

/// Why a request or a connection failed.
///
/// `host` is the host as in the address, with the port when it is not the usual one. Texts that
/// came
/// from outside are cut and free of control characters; see ``PlainText``.
public nonisolated enum TransportError: Error, Hashable, Sendable {
  /// The address or a header cannot be used as written.
  case badRequest(text: String, problem: String)
  /// `http` or `ws` was asked for with a host that is not this machine.
  case unencrypted(host: String)
  /// More requests were under way than the bound allows.
  case tooManyRequests(limit: Int)
  /// The host's name has no address, or the name service does not answer.
  case nameNotFound(host: String)
  /// Nothing listens at the address.
  case connectionRefused(host: String)
  /// No connection for another reason.
  case unreachable(host: String, detail: String)
  /// No connection, or no end of the handshake, within the time for it.
  case connectTimedOut(host: String, milliseconds: Int64)
  /// The certificate's signer is not trusted here.
  case certificateUntrusted(host: String, detail: String)
  /// The certificate is for another host.
  case certificateForOtherHost(host: String)
  /// The certificate's time is over or has not begun.
  case certificateOutOfDate(host: String)
  /// The secure connection failed for another reason, such as an old protocol.
  case secureConnectionFailed(host: String, detail: String)
  /// The whole exchange did not end within the time for it.
  case deadlinePassed(host: String, milliseconds: Int64, reach: RequestReach)
  /// The connection ended before the whole answer had come.
  case connectionLost(host: String, detail: String, reach: RequestReach)
  /// The connection of a stream, which has no request under way, ended.
  case streamLost(host: String, detail: String)
  /// The answer is larger than the bound; `limit` in bytes.
  case answerTooLarge(host: String, limit: Int)
  /// What came is not what the protocol allows.
  case answerUnreadable(host: String, detail: String)
  /// The server answered the WebSocket upgrade with something else than 101. The header fields
  /// `Retry-After` and `Date` are clean text, nil where there was none.
  case upgradeRefused(
    host: String, status: Int, retryAfter: String?, date: String?, answer: String)
  /// The other side ended the WebSocket connection with a close frame; code 1005 is "no code".
  case closedByPeer(host: String, code: UInt16, reason: String)
  /// The other side broke the WebSocket protocol; we closed with this code (1002, 1007 or 1009).
  case protocolBroken(host: String, code: UInt16)
  /// Nothing came for too long.
  case silent(host: String, milliseconds: Int64)
  /// The other side took nothing for too long while something waited to be sent.
  case sendStalled(host: String, milliseconds: Int64)
  /// More waited to be sent than the bound allows; the message was not taken. `limit` in bytes.
  case sendQueueFull(host: String, limit: Int)
  /// The connection is not open (yet or any more); the message was not taken.
  case notOpen(host: String)
  /// We closed the connection ourselves.
  case closedHere(host: String)

  /// Whether bytes of the request may have reached the server.
  public var reach: RequestReach {
    switch self {
    case .badRequest, .unencrypted, .tooManyRequests, .nameNotFound, .connectionRefused,
      .unreachable, .connectTimedOut, .certificateUntrusted, .certificateForOtherHost,
      .certificateOutOfDate, .secureConnectionFailed, .upgradeRefused, .sendQueueFull, .notOpen:
      .notSent
    case .deadlinePassed(_, _, let reach), .connectionLost(_, _, let reach):
      reach
    case .streamLost, .answerTooLarge, .answerUnreadable, .closedByPeer, .protocolBroken, .silent,
      .sendStalled, .closedHere:
      .maybeSent
    }
  }
}
