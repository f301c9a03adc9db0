import Secrets
import Trading

/// What an exchange wants to see before it takes an order.
public struct Credentials: Sendable {
  /// The API key.
  public let key: Secret
  /// Its secret.
  public let secret: Secret
  /// Its passphrase.
  public let passphrase: Secret

  /// States credentials.
  public init(key: Secret, secret: Secret, passphrase: Secret) {
    self.key = key
    self.secret = secret
    self.passphrase = passphrase
  }

  /// Whether every part is the same.
  public func isSame(as other: Credentials) -> Bool {
    zip([key, secret, passphrase], [other.key, other.secret, other.passphrase]).allSatisfy {
      $0.isSame(as: $1)
    }
  }

  /// Finds an account's credentials among variables.
  ///
  /// Nil for an environment that needs none. A missing variable is named; its value never is.
  public static func find(
    exchange: ExchangeID, environment: TradingEnvironment, account: String, in variables: Variables
  ) throws(SettingsProblems) -> Credentials? {
    guard
      let names = CredentialNames(exchange: exchange, environment: environment, account: account)
    else { return nil }
    var problems: [SettingsProblem] = []
    let values = names.all.map { name -> Secret? in
      guard let value = variables.secret(name) else {
        problems.append(
          SettingsProblem(
            .variable(name),
            .unsafe(
              "is missing; \(environment.rawValue) trading of the account \(account) needs it, "
                + "in the environment or in .env (see .env.example)")
          ))
        return nil
      }
      if let complaint = complaint(about: value) {
        problems.append(SettingsProblem(.variable(name), .unsafe(complaint)))
      }
      return value
    }
    guard problems.isEmpty, let key = values[0], let secret = values[1], let passphrase = values[2]
    else { throw SettingsProblems(problems) }
    return Credentials(key: key, secret: secret, passphrase: passphrase)
  }

  private static func complaint(about value: Secret) -> String? {
    value.withBytes { bytes -> String? in
      if bytes.isEmpty { return "is empty" }
      if bytes.count > 512 { return "is longer than any key" }
      let isPlain = bytes.allSatisfy { (0x21...0x7E).contains($0) }
      return isPlain ? nil : "holds a blank or a letter that no key has; was it copied whole?"
    }
  }
}
