/// Alert rules as far as they have come, and every alert that fired.
enum Schema003 {
  static let name = "003 alerts"

  static let statements = [rules, activeRules, alerts, newestAlerts, waitingAlerts]

  static let rules = """
    CREATE TABLE alert_rules (
      number INTEGER PRIMARY KEY CHECK (number > 0),
      text TEXT NOT NULL CHECK (text <> ''),
      configured INTEGER NOT NULL CHECK (configured = 0 OR configured = 1),
      phase TEXT NOT NULL CHECK (phase = 'new' OR phase = 'armed' OR phase = 'spent'
        OR phase = 'done' OR phase = 'expired' OR phase = 'removed'),
      fired_count INTEGER NOT NULL CHECK (fired_count >= 0),
      suppressed_count INTEGER NOT NULL CHECK (suppressed_count >= 0),
      fired_at INTEGER CHECK (fired_at >= 0),
      created_at INTEGER NOT NULL CHECK (created_at >= 0),
      at INTEGER NOT NULL CHECK (at >= 0)
    ) STRICT
    """

  static let activeRules = """
    CREATE INDEX active_alert_rules ON alert_rules (number)
    WHERE phase = 'new' OR phase = 'armed' OR phase = 'spent' OR configured = 1
    """

  // A firing is written once: the same one again, after a journal that failed, changes nothing.
  static let alerts = """
    CREATE TABLE alerts (
      rule INTEGER NOT NULL CHECK (rule > 0),
      count INTEGER NOT NULL CHECK (count > 0),
      severity TEXT NOT NULL
        CHECK (severity = 'info' OR severity = 'warning' OR severity = 'critical'),
      text TEXT NOT NULL,
      instrument TEXT,
      at INTEGER NOT NULL CHECK (at >= 0),
      acknowledged_at INTEGER CHECK (acknowledged_at >= 0),
      acknowledged_by TEXT,
      PRIMARY KEY (rule, count),
      CHECK ((acknowledged_at IS NULL) = (acknowledged_by IS NULL))
    ) STRICT, WITHOUT ROWID
    """

  static let newestAlerts = "CREATE INDEX newest_alerts ON alerts (at, rule, count)"

  static let waitingAlerts = """
    CREATE INDEX waiting_alerts ON alerts (at)
    WHERE severity = 'critical' AND acknowledged_at IS NULL
    """

  static let ruleSQL = """
    INSERT INTO alert_rules (number, text, configured, phase, fired_count, suppressed_count,
      fired_at, created_at, at)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (number) DO UPDATE SET
      text = excluded.text, configured = excluded.configured, phase = excluded.phase,
      fired_count = excluded.fired_count, suppressed_count = excluded.suppressed_count,
      fired_at = excluded.fired_at, at = excluded.at
    """

  static let alertSQL = """
    INSERT INTO alerts (rule, count, severity, text, instrument, at) VALUES (?, ?, ?, ?, ?, ?)
    ON CONFLICT (rule, count) DO NOTHING
    """

  static let acknowledgementSQL = """
    UPDATE alerts SET acknowledged_at = ?, acknowledged_by = ?
    WHERE rule = ? AND count = ? AND acknowledged_at IS NULL
    """
}
