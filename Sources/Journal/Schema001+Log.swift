extension Schema001 {
  static let denials = """
    CREATE TABLE denials (
      number INTEGER PRIMARY KEY,
      code TEXT NOT NULL CHECK (code <> ''),
      text TEXT NOT NULL,
      instrument TEXT NOT NULL CHECK (instrument <> ''),
      intent TEXT NOT NULL,
      source TEXT NOT NULL CHECK (source <> ''),
      at INTEGER NOT NULL CHECK (at >= 0)
    ) STRICT
    """

  static let commands = """
    CREATE TABLE commands (
      number INTEGER PRIMARY KEY,
      source TEXT NOT NULL CHECK (source <> ''),
      text TEXT NOT NULL,
      answer TEXT,
      at INTEGER NOT NULL CHECK (at >= 0)
    ) STRICT
    """

  // A row is written with the answer; older versions left `kind` to `sent_at` empty in it.
  static let requests = """
    CREATE TABLE requests (
      run INTEGER NOT NULL REFERENCES runs (number),
      number INTEGER NOT NULL,
      kind TEXT CHECK (kind <> ''),
      instrument TEXT,
      client_order_id TEXT,
      sent_at INTEGER CHECK (sent_at >= 0),
      result TEXT CHECK \(oneOf("result", "confirmed", "refused", "unknown", "notSent")),
      code TEXT,
      message TEXT,
      answered_at INTEGER CHECK (answered_at >= 0),
      PRIMARY KEY (run, number),
      CHECK ((kind IS NULL) = (sent_at IS NULL)),
      CHECK ((result IS NULL) = (answered_at IS NULL)),
      CHECK (kind IS NOT NULL OR result IS NOT NULL)
    ) STRICT, WITHOUT ROWID
    """

  // The amount is part of the key: in hedge mode both positions of an instrument settle at once,
  // one paying and one receiving.
  static let funding = """
    CREATE TABLE funding (
      instrument TEXT NOT NULL CHECK (instrument <> ''),
      settled_at INTEGER NOT NULL CHECK (settled_at >= 0),
      amount TEXT NOT NULL CHECK \(number("amount")),
      at INTEGER NOT NULL CHECK (at >= 0),
      PRIMARY KEY (instrument, settled_at, amount)
    ) STRICT, WITHOUT ROWID
    """

  static let stateChanges = """
    CREATE TABLE state_changes (
      number INTEGER PRIMARY KEY,
      state TEXT NOT NULL
        CHECK \(oneOf("state", "running", "approval", "paused", "reducing", "halted")),
      reason TEXT NOT NULL,
      source TEXT NOT NULL CHECK (source <> ''),
      at INTEGER NOT NULL CHECK (at >= 0)
    ) STRICT
    """

  static let equity = """
    CREATE TABLE equity (
      number INTEGER PRIMARY KEY,
      occasion TEXT NOT NULL CHECK \(oneOf("occasion", "dayStart", "peak", "curve")),
      equity TEXT NOT NULL CHECK \(number("equity")),
      cash TEXT NOT NULL CHECK \(number("cash")),
      at INTEGER NOT NULL CHECK (at >= 0)
    ) STRICT
    """

  static let notes = """
    CREATE TABLE notes (
      number INTEGER PRIMARY KEY,
      level TEXT NOT NULL CHECK \(oneOf("level", "notice", "warning", "alarm", "user")),
      text TEXT NOT NULL,
      instrument TEXT,
      cycle TEXT,
      at INTEGER NOT NULL CHECK (at >= 0)
    ) STRICT
    """

  static let events = """
    CREATE TABLE events (
      run INTEGER NOT NULL REFERENCES runs (number),
      first_sequence INTEGER NOT NULL CHECK (first_sequence >= 0),
      count INTEGER NOT NULL CHECK (count > 0),
      codec INTEGER NOT NULL,
      first_at INTEGER NOT NULL,
      last_at INTEGER NOT NULL CHECK (last_at >= first_at),
      bytes BLOB NOT NULL,
      PRIMARY KEY (run, first_sequence)
    ) STRICT
    """

  static let checkpoints = """
    CREATE TABLE checkpoints (
      run INTEGER NOT NULL REFERENCES runs (number),
      sequence INTEGER NOT NULL CHECK (sequence >= 0),
      hash TEXT NOT NULL CHECK (length(hash) = 16),
      at INTEGER NOT NULL,
      PRIMARY KEY (run, sequence)
    ) STRICT, WITHOUT ROWID
    """

  static let indexes = [
    "CREATE UNIQUE INDEX orders_by_exchange_id ON orders (instrument, kind, exchange_order_id)",
    "CREATE INDEX orders_alive ON orders (number) WHERE is_final = 0",
    "CREATE INDEX order_changes_by_order ON order_changes (order_number)",
    "CREATE INDEX fills_by_time ON fills (exchange_time)",
    "CREATE INDEX cycles_open ON position_cycles (opened_at) WHERE closed_at IS NULL",
    "CREATE INDEX cycles_by_closing ON position_cycles (closed_at) WHERE closed_at IS NOT NULL",
    "CREATE INDEX equity_marks ON equity (occasion, number) WHERE occasion <> 'curve'",
    "CREATE INDEX notes_by_cycle ON notes (cycle) WHERE cycle IS NOT NULL",
  ]
}
