/// Denials of what is about no instrument, such as another position mode.
enum Schema006 {
  static let name = "006 denials of the account"

  // SQLite takes no constraint off a column: the lines move to a table without it.
  static let statements = [
    "ALTER TABLE denials RENAME TO former_denials", denials,
    """
    INSERT INTO denials (number, code, text, instrument, intent, source, at)
    SELECT number, code, text, instrument, intent, source, at FROM former_denials
    """,
    "DROP TABLE former_denials",
  ]

  static let denials = """
    CREATE TABLE denials (
      number INTEGER PRIMARY KEY,
      code TEXT NOT NULL CHECK (code <> ''),
      text TEXT NOT NULL,
      instrument TEXT CHECK (instrument <> ''),
      intent TEXT NOT NULL,
      source TEXT NOT NULL CHECK (source <> ''),
      at INTEGER NOT NULL CHECK (at >= 0)
    ) STRICT
    """
}
