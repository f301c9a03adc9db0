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

  static let knowsAccountSQL = """
    SELECT (SELECT account_number FROM journal WHERE id = 1) IS NOT NULL
      OR EXISTS (SELECT 1 FROM intents) OR EXISTS (SELECT 1 FROM fills)
      OR EXISTS (SELECT 1 FROM position_cycles) AS known
    """

  static let claimSQL = "UPDATE journal SET account_number = ? WHERE id = 1"
}
