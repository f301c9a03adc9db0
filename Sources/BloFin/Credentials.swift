import Secrets

/// A key of BloFin with what belongs to it.
public nonisolated struct BloFinCredentials: Sendable {
  /// Where the key exists.
  public let environment: BloFinHosts.Environment
  /// The API key.
  let key: Secret
  /// The secret that signs.
  let secret: Secret
  /// The passphrase that was chosen with the key.
  let passphrase: Secret
  /// The broker that a key of the kind "connect to third-party application" was bound to.
  ///
  /// Such a key must send it with every order (152012); a plain "transaction" key must not
  /// (152011).
  let brokerID: String?

  /// Puts the parts together; throws when one is empty or has other than printable ASCII letters.
  public init(
    environment: BloFinHosts.Environment, key: Secret, secret: Secret, passphrase: Secret,
    brokerID: String? = nil
  ) throws(BloFinProblem) {
    for (part, name) in [(key, "key"), (secret, "secret"), (passphrase, "passphrase")] {
      guard !part.isEmpty else { throw .badCredentials("BloFin's \(name) is empty.") }
      guard part.withBytes({ $0.allSatisfy { $0 > 0x20 && $0 < 0x7F } }) else {
        throw .badCredentials(
          "BloFin's \(name) has a space or a letter that is not printable ASCII.")
      }
    }
    if let brokerID, brokerID.isEmpty || brokerID.utf8.count > 16 {
      throw .badCredentials("A BloFin broker id has 1 to 16 letters.")
    }
    self.environment = environment
    self.key = key
    self.secret = secret
    self.passphrase = passphrase
    self.brokerID = brokerID
  }
}
