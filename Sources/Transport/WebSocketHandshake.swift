/// The opening handshake of a WebSocket (RFC 6455, section 4): the request, and the check of the
/// answer. A value that is fed the bytes as they come.
nonisolated struct WebSocketHandshake {
  /// What the bytes so far came to.
  enum Progress: Equatable {
    case needsMore
    /// The server agreed; the answer's head took so many of the bytes offered.
    case accepted(headSize: Int)
  }

  private let address: WebAddress
  private let key: String
  private let headers: [HTTPHeader]
  private let userAgent: String

  /// The largest head of an answer in bytes.
  static let headLimit = 16 << 10
  /// RFC 6455, section 1.3.
  private static let acceptSuffix = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"

  /// Makes a handshake; the nonce is sixteen random bytes.
  init(address: WebAddress, headers: [HTTPHeader], userAgent: String, nonce: [UInt8]) {
    precondition(nonce.count == 16, "the handshake's nonce has sixteen bytes")
    self.address = address
    self.headers = headers
    self.userAgent = userAgent
    key = Base64.text(nonce)
  }

  /// The request as it goes on the wire.
  var request: [UInt8] {
    var lines = [
      "GET \(address.target) HTTP/1.1", "Host: \(address.authority)", "Upgrade: websocket",
      "Connection: Upgrade", "Sec-WebSocket-Key: \(key)", "Sec-WebSocket-Version: 13",
      "User-Agent: \(userAgent)",
    ]
    lines += headers.map { "\($0.name): \($0.value)" }
    return Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8)
  }

  /// Looks at all bytes of the answer that have come so far.
  ///
  /// Throws `upgradeRefused` for any status but 101 and `answerUnreadable` when the answer is no
  /// HTTP or agrees to something that was not asked for.
  func read(_ bytes: UnsafeRawBufferPointer) throws(TransportError) -> Progress {
    guard let headSize = Self.headSize(bytes) else {
      // What does not begin like HTTP never becomes it: better said now than after the time limit.
      guard zip(bytes, "HTTP/1.".utf8).allSatisfy({ $0 == $1 }) else {
        throw unreadable("it is not HTTP")
      }
      guard bytes.count <= Self.headLimit else { throw unreadable("its head is too large") }
      return .needsMore
    }
    let head = String(decoding: bytes[..<headSize], as: UTF8.self)
    // A carriage return and a line feed are one Character to Swift.
    let lines = head.split(separator: "\r\n")
    guard let first = lines.first, let status = Self.status(first) else {
      throw unreadable("it is not HTTP")
    }
    let fields = lines.dropFirst().compactMap(Self.field)
    guard status == 101 else {
      func text(_ name: String) -> String? {
        fields.first { $0.name == name }.map { PlainText.clean(String($0.value)) }
      }
      throw TransportError.upgradeRefused(
        host: address.authority, status: status, retryAfter: text("retry-after"),
        date: text("date"), answer: PlainText.clean(bytes[headSize...]))
    }
    try check(fields)
    return .accepted(headSize: headSize)
  }

  private func check(_ fields: [(name: String, value: Substring)]) throws(TransportError) {
    func values(_ name: String) -> [Substring] {
      fields.filter { $0.name == name }
        .flatMap { $0.value.split(separator: ",") }.map(ASCII.trimmed)
    }
    guard values("upgrade").contains(where: { ASCII.isEqualIgnoringCase($0, "websocket") }),
      values("connection").contains(where: { ASCII.isEqualIgnoringCase($0, "upgrade") })
    else { throw unreadable("it upgrades to something else than WebSocket") }
    let accept = Base64.text(Cryptography.sha1(Array((key + Self.acceptSuffix).utf8)))
    guard values("sec-websocket-accept") == [accept[...]] else {
      throw unreadable("its Sec-WebSocket-Accept does not match our key")
    }
    guard values("sec-websocket-extensions").isEmpty else {
      throw unreadable("it uses an extension that was not offered")
    }
    let offered = headers.filter { ASCII.isEqualIgnoringCase($0.name, "sec-websocket-protocol") }
      .flatMap { $0.value.split(separator: ",") }.map(ASCII.trimmed)
    guard values("sec-websocket-protocol").allSatisfy(offered.contains) else {
      throw unreadable("it chose a subprotocol that was not offered")
    }
  }

  private func unreadable(_ detail: String) -> TransportError {
    .answerUnreadable(host: address.authority, detail: detail)
  }

  /// Returns the size of the head with the empty line that ends it.
  private static func headSize(_ bytes: UnsafeRawBufferPointer) -> Int? {
    let end: [UInt8] = [13, 10, 13, 10]
    guard bytes.count >= end.count else { return nil }
    for start in 0...(min(bytes.count, headLimit) - end.count)
    where bytes[start] == 13 && bytes[start..<start + end.count].elementsEqual(end) {
      return start + end.count
    }
    return nil
  }

  private static func status(_ line: Substring) -> Int? {
    guard line.hasPrefix("HTTP/1."), let space = line.firstIndex(of: " ") else { return nil }
    let digits = line[line.index(after: space)...].prefix(3)
    guard digits.utf8.count == 3, let number = ASCII.number(digits), number >= 100 else {
      return nil
    }
    return Int(number)
  }

  private static func field(_ line: Substring) -> (name: String, value: Substring)? {
    guard let colon = line.firstIndex(of: ":") else { return nil }
    return (line[..<colon].lowercased(), ASCII.trimmed(line[line.index(after: colon)...]))
  }
}
