import Testing
import Transport

struct TransportErrorTests {
  static let texts: [(TransportError, String)] = [
    (
      .badRequest(text: "x\u{1B}[2J", problem: "an address begins with https://"),
      "\"x?[2J\" cannot be used: an address begins with https://."
    ),
    (
      .unencrypted(host: "h"),
      "h is not this machine: http and ws are for loopback only, use https or wss."
    ),
    (.tooManyRequests(limit: 2), "More than 2 requests are under way: this one was not sent."),
    (.nameNotFound(host: "h"), "The name h was not found: check the network and the spelling."),
    (.connectionRefused(host: "h"), "h refused the connection: nothing listens there."),
    (
      .unreachable(host: "h", detail: "No route to host"),
      "h cannot be reached (No route to host): check the network."
    ),
    (
      .connectTimedOut(host: "h", milliseconds: 5_000),
      "No connection to h within 5 s: check the network."
    ),
    (
      .certificateUntrusted(host: "h", detail: "self-signed certificate"),
      "The certificate of h is not trusted (self-signed certificate): somebody may be in between."
    ),
    (
      .certificateForOtherHost(host: "h"),
      "The certificate shown is not for h: somebody may be in between."
    ),
    (
      .certificateOutOfDate(host: "h"),
      "The certificate of h is out of date: check this machine's clock first."
    ),
    (
      .secureConnectionFailed(host: "h", detail: "unsupported protocol"),
      "No secure connection to h (unsupported protocol)."
    ),
    (
      .deadlinePassed(host: "h", milliseconds: 1_500, reach: .maybeSent),
      "No whole answer from h within 1500 ms: whether the request took effect is unknown."
    ),
    (
      .connectionLost(host: "h", detail: "reset", reach: .notSent),
      "The connection to h was lost (reset): nothing was sent."
    ),
    (
      .streamLost(host: "h", detail: "reset"),
      "The connection to h was lost (reset)."
    ),
    (
      .answerTooLarge(host: "h", limit: 8),
      "The answer of h is larger than 8 bytes: it was not read."
    ),
    (
      .answerUnreadable(host: "h", detail: "it is not HTTP"),
      "The answer of h cannot be read (it is not HTTP)."
    ),
    (
      .upgradeRefused(
        host: "h", status: 403, retryAfter: nil, date: nil, answer: "<html>No</html>"),
      "h refused the stream with HTTP status 403: the region or the IP address is refused."
        + " It said: <html>No</html>"
    ),
    (
      .closedByPeer(host: "h", code: 1_012, reason: "service restart"),
      "h closed the stream (code 1012, service restart)."
    ),
    (
      .protocolBroken(host: "h", code: 1_002),
      "h broke the WebSocket protocol: closed with code 1002."
    ),
    (.silent(host: "h", milliseconds: 45_000), "Nothing came from h for 45 s."),
    (.sendStalled(host: "h", milliseconds: 10_000), "h has taken nothing for 10 s."),
    (
      .sendQueueFull(host: "h", limit: 9),
      "More than 9 bytes wait to be sent to h: the message was not taken."
    ),
    (.notOpen(host: "h"), "The stream to h is not open: the message was not taken."),
    (.closedHere(host: "h"), "The stream to h was closed by us."),
  ]

  @Test(arguments: texts.indices)
  func `says what happened`(_ index: Int) {
    let (error, text) = Self.texts[index]
    #expect(error.description == text)
  }

  @Test func `cleans text from outside`() {
    #expect(PlainText.clean("a\r\n b\t\u{7}c\u{202E}d\u{E9}\u{670D}") == "a b ?c?d\u{E9}\u{670D}")
    #expect(PlainText.clean(String(repeating: "x", count: 300)).count == PlainText.limit + 3)
    #expect(PlainText.clean("  \n ") == "")
  }
}
