import Trading

/// Whose journal a file is; written into the file once and compared at every opening.
public struct JournalStamp: Sendable, Hashable {
  /// The environment's word, such as `paper` or `live`.
  public let environment: String
  /// The account's label in the settings.
  public let account: String
  /// The exchange whose account it is.
  public let exchange: ExchangeID

  /// States whose journal it is; no part may be empty.
  public init(environment: String, account: String, exchange: ExchangeID) {
    precondition(
      !environment.isEmpty && !account.isEmpty && !exchange.text.isEmpty,
      "a journal belongs to an environment, an account and an exchange")
    self.environment = environment
    self.account = account
    self.exchange = exchange
  }
}

extension JournalStamp: CustomStringConvertible {
  public var description: String { "\(environment) account \"\(account)\" at \(exchange)" }
}
