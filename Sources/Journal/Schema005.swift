/// The exchange's own number of the account: a label in the settings can be given to any key.
enum Schema005 {
  static let name = "005 account number"

  static let statements = [accountNumber, newestFunding]

  // Empty until the exchange has told it.
  static let accountNumber = """
    ALTER TABLE journal ADD COLUMN account_number TEXT CHECK (account_number <> '')
    """

  // A start asks for the newest settlement of all.
  static let newestFunding = "CREATE INDEX newest_funding ON funding (settled_at)"

  static let numberSQL = "SELECT account_number FROM journal WHERE id = 1"

  static let claimSQL = "UPDATE journal SET account_number = ? WHERE id = 1"
}
