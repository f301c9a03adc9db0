import JSONText
import Secrets
import Transport
import Units

/// Signs requests and logins for one key.
///
/// Source: BloFin API documentation, "Authentication": the message is path, method, time stamp,
/// nonce and body, in this order and without separators; the signature is the base 64 of the
/// *text* of the hexadecimal HMAC-SHA256, always 88 letters.
public nonisolated final class RequestSigner {
  private let credentials: BloFinCredentials
  private let signer: MessageSigner
  private var nonces: NonceSource
  private var message: [UInt8] = []

  /// The fixed path of the login's signature.
  private static let logInPath = "/users/self/verify"

  /// Makes a signer; `nonceSeed` must differ between two runs of the program within a minute.
  public init(_ credentials: BloFinCredentials, nonceSeed: UInt64) {
    self.credentials = credentials
    signer = MessageSigner(key: credentials.secret)
    nonces = NonceSource(seed: nonceSeed)
    message.reserveCapacity(1_024)
  }

  /// Returns the headers of a request. `time` is by the exchange's clock.
  public func headers(
    method: HTTPRequest.Method, target: String, body: [UInt8], at time: Timestamp
  ) -> [HTTPHeader] {
    let nonce = nonces.next()
    let stamp = String(time.milliseconds)
    let signature = sign(
      target: target, method: method.rawValue, stamp: stamp, nonce: nonce, body: body)
    var headers = [
      HTTPHeader("ACCESS-KEY", Self.text(credentials.key)),
      HTTPHeader("ACCESS-SIGN", signature),
      HTTPHeader("ACCESS-TIMESTAMP", stamp),
      HTTPHeader("ACCESS-NONCE", nonce),
      HTTPHeader("ACCESS-PASSPHRASE", Self.text(credentials.passphrase)),
    ]
    if method == .post { headers.append(HTTPHeader("Content-Type", "application/json")) }
    return headers
  }

  /// Returns the message that logs in to the private stream.
  func logIn(at time: Timestamp) -> [UInt8] {
    let nonce = nonces.next()
    let stamp = String(time.milliseconds)
    let signature = sign(
      target: Self.logInPath, method: "GET", stamp: stamp, nonce: nonce, body: [])
    var json = JSONWriter(capacity: 512)
    json.beginObject()
    json.member("op", "login")
    json.key("args")
    json.beginArray()
    json.beginObject()
    json.member("apiKey", Self.text(credentials.key))
    json.member("passphrase", Self.text(credentials.passphrase))
    json.member("timestamp", stamp)
    json.member("sign", signature)
    json.member("nonce", nonce)
    json.endObject()
    json.endArray()
    json.endObject()
    return json.bytes
  }

  /// Returns the signature of a request's parts.
  func sign(
    target: String, method: String, stamp: String, nonce: String, body: [UInt8]
  ) -> String {
    message.removeAll(keepingCapacity: true)
    message.append(contentsOf: target.utf8)
    message.append(contentsOf: method.utf8)
    message.append(contentsOf: stamp.utf8)
    message.append(contentsOf: nonce.utf8)
    message.append(contentsOf: body)
    return Base64.text(Hexadecimal.encode(signer.signature(of: message)))
  }

  private static func text(_ secret: Secret) -> String {
    secret.withBytes { String(decoding: $0, as: UTF8.self) }
  }
}

/// Texts that never repeat: the exchange refuses a nonce that it has seen within 60 s (152407).
///
/// The time stamp will not do: two requests can share a millisecond. A run's random half and a
/// counter cannot repeat within a run, and two runs do not share the random half.
nonisolated struct NonceSource: Sendable {
  private let prefix: String
  private var count: UInt64 = 0

  /// Starts a run's nonces.
  init(seed: UInt64) {
    let digits = String(seed, radix: 16)
    prefix = String(repeating: "0", count: 16 - digits.count) + digits
  }

  /// Returns the next nonce: 32 hexadecimal digits.
  mutating func next() -> String {
    count += 1
    let digits = String(count, radix: 16)
    return prefix + String(repeating: "0", count: 16 - digits.count) + digits
  }
}
