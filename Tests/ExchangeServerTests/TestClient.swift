import Foundation
import Secrets
import Transport
import Units

@testable import ExchangeServer

/// The answer to a request of a test.
struct TestAnswer {
  /// The HTTP status.
  let status: Int
  /// The headers, as they stand.
  let head: String
  /// The body.
  let body: String

  /// The `code` of the envelope.
  var code: String? { envelope["code"] as? String }

  /// The `msg` of the envelope.
  var message: String? { envelope["msg"] as? String }

  /// The `data` of the envelope when it is an array.
  var rows: [[String: Any]] { envelope["data"] as? [[String: Any]] ?? [] }

  /// The `data` of the envelope when it is an object.
  var object: [String: Any] { envelope["data"] as? [String: Any] ?? [:] }

  /// The body as JSON, empty when it is none.
  var envelope: [String: Any] {
    let value = try? JSONSerialization.jsonObject(with: Data(body.utf8))
    return value as? [String: Any] ?? [:]
  }
}

/// A client of the REST calls that signs as the reference says.
final class TestClient {
  let port: Int
  private let account: ServedAccount
  /// The time that goes into signatures.
  var now: Timestamp
  private var nonces = 0
  private var socket: TestSocket?

  init(port: Int, account: ServedAccount, now: Timestamp) {
    self.port = port
    self.account = account
    self.now = now
  }

  /// What a test can get wrong on purpose.
  struct Credentials {
    var key: String?
    var passphrase: String?
    var secret: String?
    var timestamp: String?
    var nonce: String?
    var sign: String?
  }

  /// Sends a public GET.
  func get(_ target: String) throws -> TestAnswer {
    try request("GET", target, headers: [], body: "")
  }

  /// Sends a signed GET.
  func read(_ target: String, _ wrong: Credentials = Credentials()) throws -> TestAnswer {
    try request("GET", target, headers: signed("GET", target, "", wrong), body: "")
  }

  /// Sends a signed POST.
  func post(
    _ target: String, _ body: String, _ wrong: Credentials = Credentials()
  ) throws -> TestAnswer {
    try request("POST", target, headers: signed("POST", target, body, wrong), body: body)
  }

  private func signed(
    _ method: String, _ target: String, _ body: String, _ wrong: Credentials
  ) -> [(String, String)] {
    nonces += 1
    let timestamp = wrong.timestamp ?? String(now.milliseconds)
    let nonce = wrong.nonce ?? "n\(nonces)"
    return [
      ("ACCESS-KEY", wrong.key ?? account.apiKey),
      ("ACCESS-PASSPHRASE", wrong.passphrase ?? account.passphrase),
      ("ACCESS-TIMESTAMP", timestamp), ("ACCESS-NONCE", nonce),
      (
        "ACCESS-SIGN",
        wrong.sign
          ?? Self.signature(
            of: target + method + timestamp + nonce + body,
            secret: wrong.secret ?? account.secret)
      ),
      ("Content-Type", "application/json"),
    ].filter { !$0.1.isEmpty }
  }

  /// Base64 of the hexadecimal text, by Foundation: not the server's code.
  static func signature(of text: String, secret: String) -> String {
    let mac = MessageSigner(key: Secret(consuming: Array(secret.utf8))).signature(of: text)
    let hex = mac.map { String(format: "%02x", $0) }.joined()
    return Data(hex.utf8).base64EncodedString()
  }

  /// Begins the next request on a new connection.
  func reconnect() {
    socket = nil
  }

  /// Sends a signed POST and does not wait for its answer.
  func begin(_ target: String, _ body: String) throws {
    try send("POST", target, headers: signed("POST", target, body, Credentials()), body: body)
  }

  /// Sends a request on a kept-alive connection.
  func request(
    _ method: String, _ target: String, headers: [(String, String)], body: String
  ) throws -> TestAnswer {
    try send(method, target, headers: headers, body: body)
    return try end()
  }

  private func send(
    _ method: String, _ target: String, headers: [(String, String)], body: String
  ) throws {
    let socket = try self.socket ?? TestSocket(port: port)
    self.socket = socket
    var text = "\(method) \(target) HTTP/1.1\r\nHost: 127.0.0.1\r\n"
    for (name, value) in headers { text += "\(name): \(value)\r\n" }
    if method == "POST" { text += "Content-Length: \(body.utf8.count)\r\n" }
    try socket.send(Array((text + "\r\n" + body).utf8))
  }

  /// Reads the answer to the request that was sent.
  func end() throws -> TestAnswer {
    guard let socket else { throw SocketProblem.closed }
    let head = try socket.readHead()
    let fields = head.lowercased()
    guard let start = fields.range(of: "content-length: "),
      let length = Int(fields[start.upperBound...].prefix { $0.isNumber }),
      let status = Int(head.dropFirst(9).prefix(3))
    else { throw SocketProblem.unexpected(head) }
    let bytes = try socket.read(length)
    if fields.contains("connection: close") { self.socket = nil }
    return TestAnswer(status: status, head: head, body: String(decoding: bytes, as: UTF8.self))
  }
}
