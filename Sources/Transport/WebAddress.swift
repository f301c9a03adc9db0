/// An address that the program may talk to: scheme, host, port and target, checked when made.
///
/// `http` and `ws` are taken for this machine only. User names in addresses and fragments are not
/// taken at all.
public nonisolated struct WebAddress: Hashable, Sendable {
  /// The protocol to speak.
  public enum Scheme: String, Hashable, Sendable {
    case http, https, ws, wss

    /// Whether the connection is encrypted.
    public var isEncrypted: Bool { self == .https || self == .wss }

    var usualPort: UInt16 { isEncrypted ? 443 : 80 }
  }

  /// The protocol to speak.
  public let scheme: Scheme
  /// The host in lower case; an IPv6 address is without its brackets.
  public let host: String
  /// The port, the scheme's usual one when the text names none.
  public let port: UInt16
  /// The path and the query as they go on the wire, with a leading slash; never rewritten.
  public let target: String

  /// Reads an address such as `https://openapi.blofin.com/api/v1/market/tickers?instId=BTC-USDT`.
  ///
  /// Throws `badRequest` when the text is no such address and `unencrypted` when it is `http` or
  /// `ws` to another machine.
  public init(_ text: String) throws(TransportError) {
    // What follows the host can hold a token: it stays out of the text.
    func refuse(_ problem: String) -> TransportError {
      let shown = text.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
      return .badRequest(text: shown.prefix(3).joined(separator: "/"), problem: problem)
    }

    guard let colon = text.utf8.firstIndex(of: UInt8(ascii: ":")),
      let scheme = Scheme(rawValue: text[..<colon].lowercased()),
      text[colon...].hasPrefix("://")
    else { throw refuse("an address begins with https://, wss://, http:// or ws://") }
    let rest = text[text.index(colon, offsetBy: 3)...].utf8
    guard rest.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
      throw refuse("an address has printable ASCII letters only")
    }
    guard !rest.contains(UInt8(ascii: "#")) else { throw refuse("an address has no fragment") }
    let authorityEnd =
      rest.firstIndex { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "?") } ?? rest.endIndex
    guard let (host, port) = Self.readAuthority(String(text[rest.startIndex..<authorityEnd])) else {
      throw refuse("the host or the port is not valid")
    }
    let target = String(text[authorityEnd...])
    self.init(
      scheme: scheme, host: host, port: port ?? scheme.usualPort,
      target: target.hasPrefix("/") ? target : "/" + target)
    guard scheme.isEncrypted || isLoopback else {
      throw TransportError.unencrypted(host: authority)
    }
  }

  private init(scheme: Scheme, host: String, port: UInt16, target: String) {
    self.scheme = scheme
    self.host = host
    self.port = port
    self.target = target
  }

  /// Whether the host is this machine by its spelling: `localhost`, 127.0.0.0/8 or `::1`.
  public var isLoopback: Bool {
    if host == "localhost" || host == "::1" { return true }
    let parts = host.split(separator: ".", omittingEmptySubsequences: false)
    return parts.count == 4 && parts[0] == "127"
      && parts.allSatisfy { part in
        part.utf8.allSatisfy { (0x30...0x39).contains($0) } && UInt8(part) != nil
          && (part == "0" || !part.hasPrefix("0"))
      }
  }

  /// The host, with the port when it is not the usual one: the `Host` header and the name in texts.
  public var authority: String {
    let name = host.contains(":") ? "[\(host)]" : host
    return port == scheme.usualPort ? name : "\(name):\(port)"
  }

  /// The whole address.
  public var text: String { "\(scheme.rawValue)://\(authority)\(target)" }

  /// Returns the same place with another path and query.
  ///
  /// Throws `badRequest` when the target does not begin with a slash or has letters other than
  /// printable ASCII.
  public func withTarget(_ target: String) throws(TransportError) -> WebAddress {
    guard target.utf8.first == UInt8(ascii: "/"),
      target.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "#") })
    else {
      throw TransportError.badRequest(
        text: authority, problem: "a path begins with / and has printable ASCII letters only")
    }
    return WebAddress(scheme: scheme, host: host, port: port, target: target)
  }

  /// The address for libcurl, which carries WebSockets as plain connections.
  var connectText: String { "\(scheme.isEncrypted ? "https" : "http")://\(authority)\(target)" }

  private static func readAuthority(_ text: String) -> (host: String, port: UInt16?)? {
    var host = text
    var port: UInt16?
    let isBracketed = text.hasPrefix("[")
    let tail = isBracketed ? text.lastIndex(of: "]") : text.startIndex
    guard let tail else { return nil }
    if let colon = text[tail...].lastIndex(of: ":") {
      let digits = text[text.index(after: colon)...]
      guard digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = UInt16(digits),
        number > 0
      else { return nil }
      port = number
      host = String(text[..<colon])
    }
    if isBracketed {
      guard host.hasSuffix("]") else { return nil }
      host = String(host.dropFirst().dropLast())
      guard host.contains(":"), host.utf8.allSatisfy(Self.isAddressByte) else { return nil }
    } else {
      guard !host.isEmpty, host.utf8.count <= 253, host.utf8.allSatisfy(Self.isNameByte) else {
        return nil
      }
    }
    return (host.lowercased(), port)
  }

  private static func isNameByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
      UInt8(ascii: "_"):
      true
    default: false
    }
  }

  private static func isAddressByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "f"), UInt8(ascii: "A")...UInt8(ascii: "F"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: ":"), UInt8(ascii: "."):
      true
    default: false
    }
  }
}
