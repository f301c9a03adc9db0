/// Where each name was last reached: what is served when the name service fails (fault case H01).
///
/// Without it a dead resolver would forbid new connections, those of cancels included, to hosts
/// that are in reach all the time. The certificate is checked for the name as ever.
nonisolated struct KnownAddresses {
  /// A name and a port, as libcurl keeps addresses.
  struct Name: Hashable {
    fileprivate let text: String

    /// Makes the name of an address; nil where there is nothing to look up.
    init?(_ address: WebAddress) {
      let isNumeric =
        address.host.contains(":")
        || address.host.utf8.allSatisfy { $0 == UInt8(ascii: ".") || (0x30...0x39).contains($0) }
      guard !isNumeric, address.host != "localhost" else { return nil }
      text = "\(address.host):\(address.port)"
    }
  }

  private var addresses: [Name: String] = [:]

  /// The most names that are kept; a program like this talks to a handful.
  private static let capacity = 64

  /// Notes that a name was reached at an address, in numbers.
  mutating func note(_ name: Name, at address: String) {
    guard addresses.count < Self.capacity || addresses[name] != nil else { return }
    addresses[name] = address
  }

  /// Returns the address at which a name was last reached, in numbers; nil before the first time.
  func address(of name: Name) -> String? { addresses[name] }

  /// Returns what tells libcurl the last address of a name, nil before the first time. The plus has
  /// libcurl forget it after a minute, as what it has looked up itself.
  func entry(for name: Name) -> String? {
    addresses[name].map { "+\(name.text):[\($0)]" }
  }
}
