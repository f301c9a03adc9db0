import Secrets
import Testing
import Transport
import Units

@testable import ExchangeServer

@Suite struct AuthenticationTests {
  static let balance = "/api/v1/account/balance"

  @Test func `a good signature is let in`() throws {
    let server = try TestServer()
    let answer = try server.client.read(Self.balance)
    #expect(answer.status == 200)
    #expect(answer.code == "0")
  }

  @Test(arguments: [
    (TestClient.Credentials(key: "nobody"), "152401"),
    (TestClient.Credentials(timestamp: "1767225600"), "152410"),
    (TestClient.Credentials(timestamp: "17672256000001"), "152410"),
    (TestClient.Credentials(timestamp: "1767225539999"), "152405"),
    (TestClient.Credentials(timestamp: "1767225660001"), "152405"),
    (TestClient.Credentials(passphrase: "wrong"), "152408"),
    (TestClient.Credentials(secret: "wrong"), "152409"),
    (TestClient.Credentials(sign: "AAAA"), "152409"),
    (TestClient.Credentials(key: ""), "152401"),
    (TestClient.Credentials(nonce: ""), "152001"),
  ])
  func `each wrong credential has its code`(
    _ wrong: TestClient.Credentials, _ code: String
  ) throws {
    let server = try TestServer()
    let answer = try server.client.read(Self.balance, wrong)
    #expect(answer.status == 200)
    #expect(answer.code == code)
  }

  @Test func `a time stamp a minute off is still good`() throws {
    let server = try TestServer()
    let early = TestClient.Credentials(timestamp: "1767225540000")
    let late = TestClient.Credentials(timestamp: "1767225660000")
    #expect(try server.client.read(Self.balance, early).code == "0")
    #expect(try server.client.read(Self.balance, late).code == "0")
  }

  @Test func `a nonce comes again after a minute and not before`() throws {
    let server = try TestServer { $0.strictness.refusesNonceReuse = true }
    let nonce = TestClient.Credentials(nonce: "once")
    #expect(try server.client.read(Self.balance, nonce).code == "0")
    #expect(try server.client.read(Self.balance, nonce).code == "152407")
    server.advance(by: .milliseconds(59_999))
    #expect(try server.client.read(Self.balance, nonce).code == "152407")
    server.advance(by: .milliseconds(1))
    #expect(try server.client.read(Self.balance, nonce).code == "0")
  }

  @Test func `a nonce under a wrong signature is not burned`() throws {
    let server = try TestServer { $0.strictness.refusesNonceReuse = true }
    let stolen = TestClient.Credentials(secret: "wrong", nonce: "mine")
    #expect(try server.client.read(Self.balance, stolen).code == "152409")
    #expect(try server.client.read(Self.balance, .init(nonce: "mine")).code == "0")
  }

  @Test func `the knob allows a nonce again`() throws {
    let server = try TestServer { $0.strictness.refusesNonceReuse = false }
    let nonce = TestClient.Credentials(nonce: "1767225600000")
    #expect(try server.client.read(Self.balance, nonce).code == "0")
    #expect(try server.client.read(Self.balance, nonce).code == "0")
  }

  @Test func `an expired key, a foreign address and a missing permission have their codes`() throws
  {
    let expired = try TestServer {
      $0.accounts[0].expiresAt = TestServer.start
    }
    #expect(try expired.client.read(Self.balance).code == "152402")
    let bound = try TestServer { $0.accounts[0].boundAddresses = ["203.0.113.7"] }
    #expect(try bound.client.read(Self.balance).code == "152406")
    let reader = try TestServer { $0.accounts[0].permissions = [.read] }
    #expect(try reader.client.read(Self.balance).code == "0")
    let order = #"{"instId":"BTC-USDT"}"#
    #expect(try reader.client.post("/api/v1/trade/order", order).code == "152404")
  }

  @Test func `the query and the body are signed byte by byte`() throws {
    let server = try TestServer()
    let leverages =
      "/api/v1/account/batch-leverage-info?instId=BTC-USDT%2CETH-USDT&marginMode=cross"
    #expect(try server.client.read(leverages).rows.count == 2)
    let body = #"{ "instId": "BTC-USDT", "leverage": "5", "marginMode": "isolated" }"#
    #expect(try server.client.post("/api/v1/account/set-leverage", body).code == "0")
  }

  // The vectors of the reference, 2.4: made-up credentials, checked against ccxt and openssl.
  @Test(arguments: [
    (
      "R2", "/api/v1/asset/balances?accountType=futuresGET", "1597026383085", "1597026383085",
      "ODNlNzQ4NGNmYjFjYmY1NGE0ODk3ZWU3YWQ3MDM0ZWY5Mjc0MzgxODBhYzQzMWZkOGZlN2QzYzE2ODEwOTc3OQ=="
    ),
    (
      "W1", "/users/self/verifyGET", "1597026383085", "n_1597026383085",
      "N2E4ZjhjZWM0OTI4NWIwMTQ0ZGIwNDY3OTkzNzYyZTQyNWM2ODlhNWY0MDk3OGYyOTg2MzVmM2VmYTA5OTRiZg=="
    ),
  ])
  func `the expected signature is that of the vectors`(
    _ name: String, _ head: String, _ timestamp: String, _ nonce: String, _ sign: String
  ) {
    let credentials = Credentials(
      key: "0123456789abcdef0123456789abcdef", timestamp: timestamp, nonce: nonce,
      passphrase: "Bot-Pass_2026", signature: sign, signedHead: head, signedBody: [])
    let secret = Secret(consuming: Array("a1b2c3d4e5f60718293a4b5c6d7e8f90".utf8))
    let expected = Authentication.signature(of: credentials, by: MessageSigner(key: secret))
    #expect(expected == sign, "vector \(name)")
  }

  @Test func `Base64 of every length is that of Foundation`() {
    for count in 0...70 {
      let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 * 37 + count) }
      #expect(base64(bytes) == foundationBase64(bytes))
    }
  }
}
