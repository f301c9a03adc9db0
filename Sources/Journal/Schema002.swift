/// Actions of several steps, so that a start after a crash goes on with them.
enum Schema002 {
  static let name = "002 plans"

  static let statements = [plans, openPlans]

  static let plans = """
    CREATE TABLE plans (
      id TEXT PRIMARY KEY CHECK (id <> ''),
      kind TEXT NOT NULL CHECK (kind <> ''),
      instrument TEXT,
      source TEXT NOT NULL CHECK (source <> ''),
      state TEXT NOT NULL
        CHECK (state = 'open' OR state = 'done' OR state = 'abandoned'),
      step TEXT NOT NULL,
      body BLOB NOT NULL,
      started_at INTEGER NOT NULL CHECK (started_at >= 0),
      at INTEGER NOT NULL CHECK (at >= 0)
    ) STRICT, WITHOUT ROWID
    """

  static let openPlans = """
    CREATE INDEX open_plans ON plans (started_at, id) WHERE state = 'open'
    """
}
