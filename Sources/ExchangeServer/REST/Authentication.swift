import NIOHTTP1
import Secrets
import Transport
import Units

/// Remembers the nonces of the last minute; bounded by a sweep when it has grown.
struct NonceMemory {
  /// How long a nonce may not come again. Source: BloFin reference, REST headers.
  static let span = TimeSpan.seconds(60)

  private var seen: [String: Timestamp] = [:]
  private var sweepAt = 1_024

  /// Remembers a nonce; false when it was used within the last minute.
  mutating func admit(_ nonce: String, at now: Timestamp) -> Bool {
    if let used = seen[nonce], now - used < Self.span { return false }
    seen[nonce] = now
    if seen.count >= sweepAt {
      seen = seen.filter { now - $0.value < Self.span }
      sweepAt = max(1_024, seen.count * 2)
    }
    return true
  }
}

/// The credentials of a REST call or of a login.
struct Credentials {
  /// The API key.
  let key: String
  /// The time stamp, as sent.
  let timestamp: String
  /// The text that may be used once within the window of time stamps.
  let nonce: String
  /// The passphrase in plain text, as the header has it.
  let passphrase: String
  /// Base64 of the hexadecimal HMAC-SHA256, as sent.
  let signature: String
  /// What was signed, without time stamp and nonce: path and method, and the body of a POST.
  let signedHead: String
  /// The body that was signed.
  let signedBody: [UInt8]
}

extension Credentials {
  /// Takes the headers of a request; throws the refusal for the first that is missing.
  init(_ request: RESTRequest) throws(APIProblem) {
    guard let key = request.headers.first(name: "ACCESS-KEY"), !key.isEmpty else {
      throw .unknownKey
    }
    self.key = key
    timestamp = try Self.header("ACCESS-TIMESTAMP", of: request)
    nonce = try Self.header("ACCESS-NONCE", of: request)
    passphrase = try Self.header("ACCESS-PASSPHRASE", of: request)
    signature = try Self.header("ACCESS-SIGN", of: request)
    signedHead = request.target + request.method.rawValue
    signedBody = request.method == .GET ? [] : request.body
  }

  private static func header(
    _ name: String, of request: RESTRequest
  ) throws(APIProblem) -> String {
    guard let value = request.headers.first(name: name), !value.isEmpty else {
      throw .missing(name)
    }
    return value
  }
}

/// Decides who a request comes from: key, time, passphrase, signature and nonce.
///
/// Source: BloFin reference, authentication; codes 152401 to 152410.
struct Authentication {
  /// How far a time stamp may be off.
  static let window = TimeSpan.seconds(60)

  private let accounts: [ServedAccount]
  private let signers: [MessageSigner]
  private let refusesNonceReuse: Bool
  private var nonces: [NonceMemory]

  /// Knows the accounts by their keys.
  init(accounts: [ServedAccount], refusesNonceReuse: Bool) {
    self.accounts = accounts
    self.refusesNonceReuse = refusesNonceReuse
    signers = accounts.map { MessageSigner(key: Secret(consuming: Array($0.secret.utf8))) }
    nonces = accounts.map { _ in NonceMemory() }
  }

  /// Returns the index of the account that the credentials prove, or throws the exchange's refusal.
  ///
  /// A nonce is remembered only under a good signature, so that nobody can burn another's.
  mutating func account(
    of credentials: Credentials, from peer: String, at now: Timestamp
  ) throws(APIProblem) -> Int {
    guard let index = accounts.firstIndex(where: { $0.apiKey == credentials.key }) else {
      throw .unknownKey
    }
    let account = accounts[index]
    if let end = account.expiresAt, now >= end { throw .expiredKey }
    if !account.boundAddresses.isEmpty, !account.boundAddresses.contains(peer) {
      throw .unboundAddress
    }
    let sent = try Self.timestamp(credentials.timestamp)
    let distance = sent > now ? sent - now : now - sent
    guard distance <= Self.window else { throw .staleTimestamp }
    guard credentials.passphrase == account.passphrase else { throw .wrongPassphrase }
    let signature = Self.signature(of: credentials, by: signers[index])
    guard
      Cryptography.isEqualInConstantTime(
        Array(credentials.signature.utf8), Array(signature.utf8))
    else { throw .wrongSignature }
    guard nonces[index].admit(credentials.nonce, at: now) || !refusesNonceReuse else {
      throw .repeatedNonce
    }
    return index
  }

  /// Reads a time stamp: thirteen digits, the milliseconds of our age.
  private static func timestamp(_ text: String) throws(APIProblem) -> Timestamp {
    guard text.utf8.count == 13, text.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }),
      let milliseconds = Int64(text)
    else { throw .malformedTimestamp }
    return Timestamp(milliseconds: milliseconds)
  }

  /// Base64 of the lower-case hexadecimal text of the HMAC-SHA256, as BloFin has it.
  static func signature(of credentials: Credentials, by signer: MessageSigner) -> String {
    var message = Array(credentials.signedHead.utf8)
    message.append(contentsOf: credentials.timestamp.utf8)
    message.append(contentsOf: credentials.nonce.utf8)
    message.append(contentsOf: credentials.signedBody)
    return base64(hexadecimal(signer.signature(of: message)))
  }
}
