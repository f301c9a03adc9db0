import CCurl
import Dispatch
import Secrets

/// A letter on its way.
public nonisolated struct Mail: Sendable, Hashable {
  /// The address of the sender.
  public let from: String
  /// The addresses of those who get it.
  public let recipients: [String]
  /// Header and text, lines ended by CR LF.
  public let text: [UInt8]

  /// States a letter; the addresses must be ``MailSender/isAddress(_:)``.
  public init(from: String, recipients: [String], text: [UInt8]) {
    self.from = from
    self.recipients = recipients
    self.text = text
  }
}

/// Why a letter was not taken.
public nonisolated enum MailProblem: Error, Sendable, Hashable, CustomStringConvertible {
  /// The server does not take the name and the password.
  case loginRefused
  /// The server does not take this letter and never will.
  case refused(status: Int)
  /// Nobody took it this time; `status` is zero when there was no answer.
  case failed(status: Int, detail: String)

  /// The reason, without anything secret.
  public var description: String {
    switch self {
    case .loginRefused: "the mail server does not take the name and the password"
    case .refused(let status): "the mail server refuses the letter (\(status))"
    case .failed(let status, let detail):
      status == 0
        ? "the mail server cannot be reached: \(detail)" : "the mail server says \(status)"
    }
  }
}

/// Sends mail over SMTP with libcurl, on a queue of its own: a server that hangs holds up nothing
/// but mail.
public nonisolated final class MailSender: Sendable {
  /// How the connection is made secure.
  public enum Security: Sendable, Hashable {
    /// From the first byte (`smtps`).
    case implicit
    /// By STARTTLS, which must succeed.
    case startTLS
    /// Not at all: for this machine only.
    case none
  }

  private let server: String
  private let security: Security
  private let user: String?
  private let password: Secret?
  private let trustedCertificates: String?
  private let timeout: Int
  private let queue = DispatchQueue(label: "perpdeck.mail")

  /// Names a server, `host` or `host:port`; nil when the name cannot be one, or when it is not
  /// this machine and the connection would not be secure. `timeout` is in milliseconds.
  public init?(
    server: String, security: Security, user: String?, password: Secret?,
    trustedCertificates: String? = nil, timeout: Int = 30_000
  ) {
    guard let address = Self.read(server), security != .none || address.isLoopback else {
      return nil
    }
    self.server = "\(security == .implicit ? "smtps" : "smtp")://\(address.authority)"
    self.security = security
    self.user = user
    self.password = password
    self.trustedCertificates = trustedCertificates
    self.timeout = timeout
  }

  /// Whether a text is one mail address and nothing else, so that it cannot smuggle in another line
  /// or another address.
  public static func isAddress(_ text: String) -> Bool {
    let parts = text.split(separator: "@", omittingEmptySubsequences: false)
    return parts.count == 2 && !parts[0].isEmpty && !parts[1].isEmpty && text.utf8.count <= 254
      && text.utf8.allSatisfy { byte in
        byte > 0x20 && byte < 0x7F
          && ![
            UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: ","), UInt8(ascii: ";"),
            UInt8(ascii: "\""), UInt8(ascii: "\\"),
          ].contains(byte)
      }
  }

  /// Sends a letter; `done` is called on the main queue, later.
  public func send(
    _ mail: Mail, _ done: @escaping @MainActor @Sendable (Result<Void, MailProblem>) -> Void
  ) {
    precondition(
      ([mail.from] + mail.recipients).allSatisfy(Self.isAddress), "addresses were checked")
    queue.async { [self] in
      let result = Result { () throws(MailProblem) in try perform(mail) }
      DispatchQueue.main.async { MainActor.assumeIsolated { done(result) } }
    }
  }

  /// What libcurl reads the letter from.
  private final class Body {
    let bytes: [UInt8]
    var sent = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    func give(_ room: UnsafeMutablePointer<CChar>?, _ size: Int) -> Int {
      let count = min(size, bytes.count - sent)
      guard count > 0, let room else { return 0 }
      bytes[sent..<sent + count].withUnsafeBytes { source in
        UnsafeMutableRawBufferPointer(start: room, count: count).copyMemory(from: source)
      }
      sent += count
      return count
    }
  }

  private func perform(_ mail: Mail) throws(MailProblem) {
    guard let easy = curl_easy_init() else { preconditionFailure("libcurl has no memory") }
    defer { curl_easy_cleanup(easy) }
    var recipients: UnsafeMutablePointer<curl_slist>?
    defer { curl_slist_free_all(recipients) }
    for address in mail.recipients { recipients = curl_slist_append(recipients, "<\(address)>") }
    let body = Body(mail.text)
    // The body outlives the call below, which ends before this function does.
    let context = Unmanaged.passUnretained(body).toOpaque()
    var results = [
      ccurl_set_text(easy, CURLOPT_URL, server),
      ccurl_set_text(easy, CURLOPT_PROTOCOLS_STR, "smtp,smtps"),
      ccurl_set_text(easy, CURLOPT_PROXY, ""),
      ccurl_set_long(easy, CURLOPT_NOSIGNAL, 1),
      ccurl_set_long(easy, CURLOPT_TIMEOUT_MS, timeout),
      ccurl_set_long(easy, CURLOPT_CONNECTTIMEOUT_MS, min(timeout, 10_000)),
      ccurl_set_long(easy, CURLOPT_SSL_VERIFYPEER, 1),
      ccurl_set_long(easy, CURLOPT_SSL_VERIFYHOST, 2),
      ccurl_set_text(easy, CURLOPT_MAIL_FROM, "<\(mail.from)>"),
      ccurl_set_list(easy, CURLOPT_MAIL_RCPT, recipients),
      ccurl_set_long(easy, CURLOPT_UPLOAD, 1),
      ccurl_set_offset(easy, CURLOPT_INFILESIZE_LARGE, curl_off_t(mail.text.count)),
      ccurl_set_pointer(easy, CURLOPT_READDATA, context),
      ccurl_set_read(easy) { bytes, size, count, context in
        guard let context else { return 0 }
        return Unmanaged<Body>.fromOpaque(context).takeUnretainedValue()
          .give(bytes, size * count)
      },
    ]
    if security == .startTLS {
      results.append(ccurl_set_long(easy, CURLOPT_USE_SSL, Int(CURLUSESSL_ALL.rawValue)))
    }
    if let file = trustedCertificates { results.append(ccurl_set_text(easy, CURLOPT_CAINFO, file)) }
    if let user { results.append(ccurl_set_text(easy, CURLOPT_USERNAME, user)) }
    if let password {
      results.append(
        password.withBytes {
          ccurl_set_text(easy, CURLOPT_PASSWORD, String(decoding: $0, as: UTF8.self))
        })
    }
    precondition(results.allSatisfy { $0 == CURLE_OK }, "libcurl refuses an option for mail")
    let code = withExtendedLifetime(body) { curl_easy_perform(easy) }
    var status = 0
    _ = ccurl_get_long(easy, CURLINFO_RESPONSE_CODE, &status)
    guard code != CURLE_OK else { return }
    // A 4xx is for this time only, also to a name and password: 454 asks to come again (RFC 4954).
    let isTemporary = status >= 400 && status < 500
    if code == CURLE_LOGIN_DENIED, !isTemporary { throw .loginRefused }
    if status >= 500, status < 600 { throw .refused(status: status) }
    throw .failed(
      status: status, detail: PlainText.clean(String(cString: curl_easy_strerror(code))))
  }

  /// Reads a host and a port by the rules of addresses of the web.
  private static func read(_ server: String) -> WebAddress? {
    do throws(TransportError) {
      return try WebAddress("https://\(server)")
    } catch {
      return nil
    }
  }
}
