nonisolated extension TransportError: CustomStringConvertible {
  /// One or two sentences for a person: what happened, and what to do where something can be done.
  public var description: String {
    switch self {
    case .badRequest(let text, let problem):
      "\"\(PlainText.clean(text))\" cannot be used: \(problem)."
    case .unencrypted(let host):
      "\(host) is not this machine: http and ws are for loopback only, use https or wss."
    case .tooManyRequests(let limit):
      "More than \(limit) requests are under way: this one was not sent."
    case .nameNotFound(let host):
      "The name \(host) was not found: check the network and the spelling."
    case .connectionRefused(let host):
      "\(host) refused the connection: nothing listens there."
    case .unreachable(let host, let detail):
      "\(host) cannot be reached (\(detail)): check the network."
    case .connectTimedOut(let host, let milliseconds):
      "No connection to \(host) within \(Self.seconds(milliseconds)): check the network."
    case .certificateUntrusted(let host, let detail):
      "The certificate of \(host) is not trusted (\(detail)): somebody may be in between."
    case .certificateForOtherHost(let host):
      "The certificate shown is not for \(host): somebody may be in between."
    case .certificateOutOfDate(let host):
      "The certificate of \(host) is out of date: check this machine's clock first."
    case .secureConnectionFailed(let host, let detail):
      "No secure connection to \(host) (\(detail))."
    case .deadlinePassed(let host, let milliseconds, let reach):
      "No whole answer from \(host) within \(Self.seconds(milliseconds))\(Self.ending(reach))"
    case .connectionLost(let host, let detail, let reach):
      "The connection to \(host) was lost (\(detail))\(Self.ending(reach))"
    case .streamLost(let host, let detail):
      "The connection to \(host) was lost (\(detail))."
    case .answerTooLarge(let host, let limit):
      "The answer of \(host) is larger than \(limit) bytes: it was not read."
    case .answerUnreadable(let host, let detail):
      "The answer of \(host) cannot be read (\(detail))."
    case .upgradeRefused(let host, let status, _, _, let answer):
      Self.refusal(host: host, status: status, answer: answer)
    case .closedByPeer(let host, let code, let reason):
      "\(host) closed the stream (code \(code)\(reason.isEmpty ? "" : ", \(reason)"))."
    case .protocolBroken(let host, let code):
      "\(host) broke the WebSocket protocol: closed with code \(code)."
    case .silent(let host, let milliseconds):
      "Nothing came from \(host) for \(Self.seconds(milliseconds))."
    case .sendStalled(let host, let milliseconds):
      "\(host) has taken nothing for \(Self.seconds(milliseconds))."
    case .sendQueueFull(let host, let limit):
      "More than \(limit) bytes wait to be sent to \(host): the message was not taken."
    case .notOpen(let host):
      "The stream to \(host) is not open: the message was not taken."
    case .closedHere(let host):
      "The stream to \(host) was closed by us."
    }
  }

  private static func refusal(host: String, status: Int, answer: String) -> String {
    let advice =
      switch status {
      case 301, 302, 303, 307, 308: "it points elsewhere, which is not followed: check the address"
      case 401: "the login is missing or wrong"
      case 403: "the region or the IP address is refused"
      case 404: "there is no stream at this address"
      case 429: "too many connections: wait"
      case 500...: "the server is in trouble: try later"
      default: "this is not a WebSocket address"
      }
    let quoted = answer.isEmpty ? "" : " It said: \(answer)"
    return "\(host) refused the stream with HTTP status \(status): \(advice).\(quoted)"
  }

  private static func ending(_ reach: RequestReach) -> String {
    switch reach {
    case .notSent: ": nothing was sent."
    case .maybeSent: ": whether the request took effect is unknown."
    }
  }

  private static func seconds(_ milliseconds: Int64) -> String {
    if milliseconds % 1_000 == 0 { return "\(milliseconds / 1_000) s" }
    return "\(milliseconds) ms"
  }
}

/// Text from outside made fit for a line of a log or a screen.
public nonisolated enum PlainText {
  /// The most characters that are kept.
  public static let limit = 200

  /// Returns the text on one line, without control and format characters, cut to ``limit``.
  public static func clean(_ text: String) -> String {
    var result = ""
    var count = 0
    var gap = false
    for scalar in text.unicodeScalars {
      if scalar.properties.isWhitespace {
        gap = !result.isEmpty
        continue
      }
      if count >= limit { return result + "..." }
      if gap {
        result.append(" ")
        count += 1
        gap = false
      }
      result.unicodeScalars.append(isPlain(scalar) ? scalar : "?")
      count += 1
    }
    return result
  }

  /// Returns bytes as a clean line; bytes that are no UTF-8 become replacement characters.
  static func clean(_ bytes: some Sequence<UInt8>) -> String {
    clean(String(decoding: Array(bytes.prefix(4 * limit)), as: UTF8.self))
  }

  private static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator,
      .paragraphSeparator, .nonspacingMark, .enclosingMark:
      false
    default: true
    }
  }
}
