import Foundation
import Secrets
import Testing
import Transport
import Units

@testable import BloFin

/// One signature vector. Source: the project's BloFin reference, section 2.4: computed by hand and
/// by ccxt 4.5.90 (R1 to R6, W1), by the official blofin-mcp tests (M1), by openssl (all).
private struct Vector: Sendable, CustomTestStringConvertible {
  let id: String
  var secret = "a1b2c3d4e5f60718293a4b5c6d7e8f90"
  let method: String
  let path: String
  let timestamp: String
  let nonce: String
  var body = ""
  let sign: String

  var testDescription: String { id }
}

private let uuid = "123e4567-e89b-12d3-a456-426614174000"

private let vectors = [
  Vector(
    id: "R1", method: "GET", path: "/api/v1/account/balance", timestamp: "1700000000000",
    nonce: "1700000000000",
    sign: "MWFiMDAzZDdkZGU5ODU2NGRkODQ5MWUxNmYxODc2NzI0ZjBkY2NkYmRiMDRmOTU2ZWIwNWNiY2RjMGYyMTRiZg=="
  ),
  Vector(
    id: "R2", method: "GET", path: "/api/v1/asset/balances?accountType=futures",
    timestamp: "1597026383085", nonce: "1597026383085",
    sign: "ODNlNzQ4NGNmYjFjYmY1NGE0ODk3ZWU3YWQ3MDM0ZWY5Mjc0MzgxODBhYzQzMWZkOGZlN2QzYzE2ODEwOTc3OQ=="
  ),
  Vector(
    id: "R3", method: "GET",
    path: "/api/v1/account/batch-leverage-info?instId=BTC-USDT%2CETH-USDT&marginMode=cross",
    timestamp: "1767225600123", nonce: "1767225600123",
    sign: "NGRmODI3NjM1ZGI0ZmYzODIxZmVjYjQ0NTM5MjNlODA1NmZjYzMxN2ZiNTQ0MGNlNWM4YWJjZjU2NDUyZWY5Mg=="
  ),
  Vector(
    id: "R4", method: "POST", path: "/api/v1/trade/order", timestamp: "1767225600456",
    nonce: "1767225600456",
    body: """
      {"instId":"BTC-USDT","marginMode":"isolated","positionSide":"net","side":"buy",\
      "orderType":"limit","price":"35000","size":"0.1","reduceOnly":"false",\
      "clientOrderId":"botA1","brokerId":"ec6dd3a7dd982d0b"}
      """,
    sign: "MjZmMDE4NTM0NjhkZWM1YTYzZjIyM2JiN2UyNDI3N2I3MjE3YjQ0YTU1NGM2NWUzYTJlMjE0ZDA1ZDUyNGIzMA=="
  ),
  Vector(
    id: "R5", method: "POST", path: "/api/v1/trade/cancel-tpsl", timestamp: "1767225600789",
    nonce: "1767225600789", body: #"[{"instId":"ETH-USDT","tpslId":"22619976"}]"#,
    sign: "N2ViYTZhODljZDlhYmYzNjBjOTVjNjMzNWI2YzE2YmE1OTM0NTNlYTVhNGJkMmU0NmY4NTBhZmQ4N2JlZmVkZg=="
  ),
  Vector(
    id: "R6", method: "POST", path: "/api/v1/account/set-leverage", timestamp: "1597026383085",
    nonce: "1597026383085",
    body: #"{"instId":"BTC-USDT","leverage":"5","marginMode":"isolated"}"#,
    sign: "ZWY0NjliOGI5MjAwN2Y5YWM0YmU3YmRjYTUxMGEyZjRkN2UwZjNlOTU2MGVkYzk0Yzg0ZjA5NGU4NzA3ODZlZA=="
  ),
  Vector(
    id: "R7", method: "GET", path: "/api/v1/trade/orders-pending?instId=BTC-USDT&limit=100",
    timestamp: "1767225600999", nonce: uuid,
    sign: "NWEzN2MwMzQ0NzhmYjA1ZjVhOGQ5MGVhOGYyYmU3NWE0NjM2ZTc0NDM4YTA5NWMzYzZjZjA1ZGU0ZGViYjJjMg=="
  ),
  Vector(
    id: "M1", secret: "secret", method: "GET", path: "/api/v1/test", timestamp: "1700000000000",
    nonce: uuid,
    sign: "ZTQ2N2RhODY4OTExZjc1NjQyMDVhODVhZmIxOTFhYTk1OTkxODE1ZWZjNGJhNGZmOWQ1YTA2NGQ4YTE3NGUwNw=="
  ),
  Vector(
    id: "W1", method: "GET", path: "/users/self/verify", timestamp: "1597026383085",
    nonce: "n_1597026383085",
    sign: "N2E4ZjhjZWM0OTI4NWIwMTQ0ZGIwNDY3OTkzNzYyZTQyNWM2ODlhNWY0MDk3OGYyOTg2MzVmM2VmYTA5OTRiZg=="
  ),
  Vector(
    id: "W2", method: "GET", path: "/users/self/verify", timestamp: "1767225600123", nonce: uuid,
    sign: "OTc1NDU2MzU2YWNiOWE2NmQwNTEwMjdiYzlkYTQxYzE5ZmIzZmM3NzIwNDM5YzAzNGEwNWI0ZWRlYzdiMmU3ZQ=="
  ),
  Vector(
    id: "W3", method: "GET", path: "/users/self/verify", timestamp: "1597026383085",
    nonce: "1597026383085",
    sign: "M2U3ZjE5M2VhNTkzNTE1MzZlYWRmYTQ0NDVhMmRkNjJiYjA5NDU4ZjQ2MTZjMzAwZTNmODc4NTljZjllMTg3Zg=="
  ),
]

@Suite struct `Request signing` {
  private func signature(_ vector: Vector) throws -> String {
    let signer = RequestSigner(try testCredentials(secret: vector.secret), nonceSeed: 1)
    return signer.sign(
      target: vector.path, method: vector.method, stamp: vector.timestamp, nonce: vector.nonce,
      body: Array(vector.body.utf8))
  }

  @Test(arguments: vectors)
  private func `reproduces the vector`(vector: Vector) throws {
    #expect(try signature(vector) == vector.sign)
  }

  @Test(.enabled(if: SharedFolder.path != nil, Comment(rawValue: SharedFolder.isMissing)))
  func `reproduces every vector of the reference data`() throws {
    struct File: Decodable {
      struct Row: Decodable {
        let id, secret, method, path, timestamp, nonce, body, sign: String
      }
      let vectors: [Row]
    }
    let file = try JSONDecoder().decode(
      File.self, from: SharedFolder.data("fixtures/blofin/own/signature-vectors.json"))
    #expect(file.vectors.count == 11)
    for row in file.vectors {
      let vector = Vector(
        id: row.id, secret: row.secret, method: row.method, path: row.path,
        timestamp: row.timestamp, nonce: row.nonce, body: row.body, sign: row.sign)
      #expect(try signature(vector) == row.sign, "\(row.id)")
    }
  }

  @Test func `sends the five headers, and the type of a body that there is`() throws {
    let signer = RequestSigner(try testCredentials(), nonceSeed: 0xABC)
    let headers = signer.headers(
      method: .post, target: "/api/v1/trade/order", body: Array("{}".utf8),
      at: moment(1_767_225_600_456))
    let nonce = "0000000000000abc0000000000000001"
    let sign = signer.sign(
      target: "/api/v1/trade/order", method: "POST", stamp: "1767225600456", nonce: nonce,
      body: Array("{}".utf8))
    #expect(
      headers == [
        HTTPHeader("ACCESS-KEY", "0123456789abcdef0123456789abcdef"),
        HTTPHeader("ACCESS-SIGN", sign),
        HTTPHeader("ACCESS-TIMESTAMP", "1767225600456"),
        HTTPHeader("ACCESS-NONCE", nonce),
        HTTPHeader("ACCESS-PASSPHRASE", "Bot-Pass_2026"),
        HTTPHeader("Content-Type", "application/json"),
      ])
    let get = signer.headers(
      method: .get, target: "/api/v1/account/balance", body: [], at: moment(1_767_225_600_456))
    #expect(get.count == 5)
  }

  @Test func `logs in with the parts that the reference names`() throws {
    let signer = RequestSigner(try testCredentials(), nonceSeed: 0)
    let nonce = "00000000000000000000000000000001"
    let sign = signer.sign(
      target: "/users/self/verify", method: "GET", stamp: "1767225600123", nonce: nonce, body: [])
    let message = String(
      decoding: signer.logIn(at: moment(1_767_225_600_123)), as: UTF8.self)
    #expect(
      message == """
        {"op":"login","args":[{"apiKey":"0123456789abcdef0123456789abcdef",\
        "passphrase":"Bot-Pass_2026","timestamp":"1767225600123","sign":"\(sign)",\
        "nonce":"\(nonce)"}]}
        """)
  }

  @Test func `C04 never repeats a nonce within a run`() {
    var source = NonceSource(seed: .max)
    var seen: Set<String> = []
    for _ in 0..<10_000 {
      source.advance()
      seen.insert(String(decoding: source.digits, as: UTF8.self))
    }
    #expect(seen.count == 10_000)
    #expect(seen.allSatisfy { $0.hasPrefix("ffffffffffffffff") && $0.utf8.count == 32 })
    #expect(String(decoding: source.digits, as: UTF8.self) == "ffffffffffffffff0000000000002710")
  }
}

@Suite struct `Hosts and credentials` {
  @Test func `knows the addresses of both environments`() {
    let live = BloFinHosts(.live)
    let demo = BloFinHosts(.demo)
    #expect(
      [live.rest, live.publicStream, live.privateStream].map(\.text) == [
        "https://openapi.blofin.com/", "wss://openapi.blofin.com/ws/public",
        "wss://openapi.blofin.com/ws/private",
      ])
    #expect(
      [demo.rest, demo.publicStream, demo.privateStream].map(\.text) == [
        "https://demo-trading-openapi.blofin.com/",
        "wss://demo-trading-openapi.blofin.com/ws/public",
        "wss://demo-trading-openapi.blofin.com/ws/private",
      ])
  }

  @Test func `S07 takes plain connections to this machine`() throws {
    let hosts = try BloFinHosts(.demo, loopback: "http://127.0.0.1:8080")
    #expect(
      [hosts.rest, hosts.publicStream, hosts.privateStream].map(\.text) == [
        "http://127.0.0.1:8080/", "ws://127.0.0.1:8080/ws/public",
        "ws://127.0.0.1:8080/ws/private",
      ])
  }

  @Test(arguments: [
    "evil.example", "openapi.blofin.com.evil.example", "127.0.0.1.evil.example",
    "openapi.blofin.com",
  ])
  func `S08 takes no other host for a key`(host: String) {
    #expect(throws: BloFinProblem.foreignHost(host)) {
      _ = try BloFinHosts(.live, loopback: "https://\(host)")
    }
  }

  @Test(
    arguments: [
      (
        "http://10.0.0.1:80",
        "10.0.0.1 is not this machine: http and ws are for loopback only, use https or wss."
      ),
      ("ws://127.0.0.1:1", "ws://127.0.0.1:1/: give http or https, host and port, and no path"),
      (
        "http://127.0.0.1:1/api",
        "http://127.0.0.1:1/api: give http or https, host and port, and no path"
      ),
      (
        "http://user@127.0.0.1:1",
        #""http://user@127.0.0.1:1" cannot be used: the host or the port is not valid."#
      ),
      (
        "127.0.0.1:80",
        #""127.0.0.1:80" cannot be used: an address begins with https://, wss://, http:// or ws://."#
      ),
      ("", #""" cannot be used: an address begins with https://, wss://, http:// or ws://."#),
      (
        "http://0x7f.0.0.1",
        "0x7f.0.0.1 is not this machine: http and ws are for loopback only, use https or wss."
      ),
      (
        "http://127.0.0.1:99999",
        #""http://127.0.0.1:99999" cannot be used: the host or the port is not valid."#
      ),
    ] as [(String, String)])
  func `S07 S08 takes no address that is no plain one of this machine`(
    text: String, problem: String
  ) {
    #expect(throws: BloFinProblem.badAddress(problem)) {
      _ = try BloFinHosts(.live, loopback: text)
    }
  }

  @Test func `X12 credentials are checked when they are put together`() throws {
    let good = Secret(testing: "abc")
    #expect(throws: BloFinProblem.badCredentials("BloFin's key is empty.")) {
      _ = try BloFinCredentials(
        environment: .demo, key: Secret(testing: ""), secret: good, passphrase: good)
    }
    let passphrase = "BloFin's passphrase has a space or a letter that is not printable ASCII."
    #expect(throws: BloFinProblem.badCredentials(passphrase)) {
      _ = try BloFinCredentials(
        environment: .demo, key: good, secret: good, passphrase: Secret(testing: "a b\n"))
    }
    #expect(throws: BloFinProblem.badCredentials("A BloFin broker id has 1 to 16 letters.")) {
      _ = try BloFinCredentials(
        environment: .demo, key: good, secret: good, passphrase: good,
        brokerID: "seventeen-letters")
    }
  }

  @Test func `S06 nothing of a credential is printed`() throws {
    let credentials = try testCredentials()
    var dumped = ""
    dump(credentials, to: &dumped)
    let texts = ["\(credentials)", String(reflecting: credentials), dumped]
    for text in texts {
      #expect(!text.contains("0123456789abcdef") && !text.contains("Bot-Pass"))
      #expect(!text.contains("a1b2c3d4"))
    }
  }
}
