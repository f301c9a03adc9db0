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
  private var credentials: BloFinCredentials
  private var signer: MessageSigner
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

  /// Signs with another key from now on; nonces count on.
  func replaceKey(_ credentials: BloFinCredentials) {
    self.credentials = credentials
    signer = MessageSigner(key: credentials.secret)
  }

  /// Returns the headers of a request. `time` is by the exchange's clock.
  public func headers(
    method: HTTPRequest.Method, target: String, body: [UInt8], at time: Timestamp
  ) -> [HTTPHeader] {
    nonces.advance()
    let parts = assemble(target: target, method: method.rawValue, at: time, body: body)
    let key = HTTPHeader("ACCESS-KEY", Self.text(credentials.key))
    let sign = HTTPHeader("ACCESS-SIGN", signature())
    let stamp = HTTPHeader("ACCESS-TIMESTAMP", text(parts.stamp))
    let nonce = HTTPHeader("ACCESS-NONCE", text(parts.nonce))
    let passphrase = HTTPHeader("ACCESS-PASSPHRASE", Self.text(credentials.passphrase))
    switch method {
    case .post: return [key, sign, stamp, nonce, passphrase, Self.bodyType]
    case .get, .put, .delete: return [key, sign, stamp, nonce, passphrase]
    }
  }

  /// Returns the message that logs in to the private stream.
  func logIn(at time: Timestamp) -> [UInt8] {
    nonces.advance()
    let parts = assemble(target: Self.logInPath, method: "GET", at: time, body: [])
    var json = JSONWriter(capacity: 512)
    json.beginObject()
    json.member("op", "login")
    json.key("args")
    json.beginArray()
    json.beginObject()
    json.member("apiKey", Self.text(credentials.key))
    json.member("passphrase", Self.text(credentials.passphrase))
    json.member("timestamp", text(parts.stamp))
    json.member("sign", signature())
    json.member("nonce", text(parts.nonce))
    json.endObject()
    json.endArray()
    json.endObject()
    return json.bytes
  }

  /// Returns the signature of given parts, for the vectors of the reference.
  func sign(
    target: String, method: String, stamp: String, nonce: String, body: [UInt8]
  ) -> String {
    message.removeAll(keepingCapacity: true)
    for part in [target, method, stamp, nonce] { message.append(contentsOf: part.utf8) }
    message.append(contentsOf: body)
    return signature()
  }

  private static let bodyType = HTTPHeader("Content-Type", "application/json")

  /// Puts the message together in the buffer; returns where the time stamp and the nonce stand.
  private func assemble(
    target: String, method: String, at time: Timestamp, body: [UInt8]
  ) -> (stamp: Range<Int>, nonce: Range<Int>) {
    message.removeAll(keepingCapacity: true)
    message.append(contentsOf: target.utf8)
    message.append(contentsOf: method.utf8)
    let stampStart = message.count
    message.append(contentsOf: String(time.milliseconds).utf8)
    let nonceStart = message.count
    message.append(contentsOf: nonces.digits)
    let bodyStart = message.count
    message.append(contentsOf: body)
    return (stampStart..<nonceStart, nonceStart..<bodyStart)
  }

  /// Returns the signature of the message in the buffer: base 64 of the MAC's hexadecimal digits.
  private func signature() -> String {
    HexadecimalBase64.text(signer.signature(of: message))
  }

  private func text(_ range: Range<Int>) -> String {
    message.withUnsafeBufferPointer {
      String(decoding: UnsafeBufferPointer(rebasing: $0[range]), as: UTF8.self)
    }
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
  /// The nonce: 16 hexadecimal digits of the run, 16 of the counter.
  private(set) var digits: [UInt8]

  private static let alphabet = Array("0123456789abcdef".utf8)

  /// Starts a run's nonces; the first is taken after ``advance()``.
  init(seed: UInt64) {
    digits = (0..<16).map { Self.alphabet[Int(seed >> UInt64(60 - 4 * $0) & 15)] }
    digits += [UInt8](repeating: UInt8(ascii: "0"), count: 16)
  }

  /// Counts on by one. 16⁸ requests and more fit; the counter never reaches its end.
  mutating func advance() {
    var index = digits.count - 1
    while digits[index] == UInt8(ascii: "f") {
      digits[index] = UInt8(ascii: "0")
      index -= 1
    }
    digits[index] = digits[index] == UInt8(ascii: "9") ? UInt8(ascii: "a") : digits[index] + 1
  }
}

/// Base 64 of the text of hexadecimal digits, as BloFin wants its signatures.
nonisolated enum HexadecimalBase64 {
  private static let digits: StaticString = "0123456789abcdef"
  private static let letters: StaticString =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

  /// Returns the letters: 88 for the 32 bytes of a MAC.
  static func text(_ bytes: [UInt8]) -> String {
    let digitCount = 2 * bytes.count
    let groups = (digitCount + 2) / 3
    return String(unsafeUninitializedCapacity: 4 * groups) { room in
      guard let place = room.baseAddress else { return 0 }
      withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 3 * groups) { text in
        write(bytes, to: text)
        let letters = Self.letters.utf8Start
        for group in 0..<groups {
          let three =
            UInt32(text[3 * group]) << 16 | UInt32(text[3 * group + 1]) << 8
            | UInt32(text[3 * group + 2])
          let four = place + 4 * group
          four[0] = letters[Int(three >> 18)]
          four[1] = letters[Int(three >> 12 & 63)]
          four[2] = letters[Int(three >> 6 & 63)]
          four[3] = letters[Int(three & 63)]
        }
      }
      // Padding stands for the digits that the last group lacks.
      for missing in 0..<3 * groups - digitCount {
        place[4 * groups - 1 - missing] = UInt8(ascii: "=")
      }
      return 4 * groups
    }
  }

  /// Writes the digits, and zeros for what the last group of three lacks.
  private static func write(_ bytes: [UInt8], to text: UnsafeMutableBufferPointer<UInt8>) {
    let digits = Self.digits.utf8Start
    var count = 0
    for byte in bytes {
      text[count] = digits[Int(byte >> 4)]
      text[count + 1] = digits[Int(byte & 15)]
      count += 2
    }
    while count < text.count {
      text[count] = 0
      count += 1
    }
  }
}
