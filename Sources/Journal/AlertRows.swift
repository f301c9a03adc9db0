import GRDB
import Trading
import Units

extension RecordWriter {
  /// Writes where a rule stands.
  mutating func write(_ rule: AlertRuleRecord) throws(JournalProblem) {
    row.add(Int64(clamping: rule.id.number))
    row.add(rule.text)
    row.add(rule.isConfigured)
    row.add(rule.phase)
    row.add(Int64(clamping: rule.firedCount))
    row.add(Int64(clamping: rule.suppressedCount))
    row.add(rule.firedAt)
    row.add(rule.createdAt)
    row.add(rule.at)
    try run(.alertRule)
  }

  /// Writes an alert that fired.
  mutating func write(_ alert: AlertRecord) throws(JournalProblem) {
    row.add(Int64(clamping: alert.id.rule.number))
    row.add(Int64(clamping: alert.id.count))
    row.add(alert.severity)
    row.add(alert.text)
    row.add(alert.instrument)
    row.add(alert.at)
    try run(.alert)
  }
}

extension JournalReading {
  /// How many alerts a start looks at.
  private static let recoveredAlerts = 100

  /// Returns what earlier runs left of alerts.
  public func alerts() throws(JournalProblem) -> AlertRecovery {
    var rules = try all(
      "alert_rules",
      """
      SELECT * FROM alert_rules
      WHERE phase = 'new' OR phase = 'armed' OR phase = 'spent' OR configured = 1
      ORDER BY number
      """
    ) { (reader) throws(JournalProblem) in try reader.alertRule() }
    let last = try row("alert_rules", "SELECT * FROM alert_rules ORDER BY number DESC LIMIT 1")?
      .alertRule()
    let newest = try alerts(limit: Self.recoveredAlerts)
    let waiting = try all(
      "alerts",
      """
      SELECT * FROM alerts WHERE severity = 'critical' AND acknowledged_at IS NULL
      ORDER BY at DESC, rule DESC, count DESC LIMIT ?
      """,
      [Self.recoveredAlerts]
    ) { (reader) throws(JournalProblem) in try reader.alert() }
    let older = waiting.reversed().filter { waits in !newest.contains { $0.id == waits.id } }
    let told = older + newest
    // What waits is told again, and its rule says what it is about.
    var known = Set(rules.map(\.id))
    for alert in told where alert.isWaiting && known.insert(alert.id.rule).inserted {
      let rule = try row(
        "alert_rules", "SELECT * FROM alert_rules WHERE number = ?",
        [Int64(clamping: alert.id.rule.number)])
      if let rule { rules.append(try rule.alertRule()) }
    }
    rules.sort { $0.id < $1.id }
    return AlertRecovery(rules: rules, lastRule: last?.id, alerts: told)
  }

  /// Returns the newest alerts, oldest first.
  public func alerts(limit: Int) throws(JournalProblem) -> [AlertRecord] {
    try all(
      "alerts", "SELECT * FROM alerts ORDER BY at DESC, rule DESC, count DESC LIMIT ?", [limit]
    ) { (reader) throws(JournalProblem) in try reader.alert() }.reversed()
  }
}

extension RowReader {
  func alertRule() throws(JournalProblem) -> AlertRuleRecord {
    AlertRuleRecord(
      id: AlertRuleID(try count("number")), text: try text("text"),
      isConfigured: try flag("configured"), phase: try word("phase"),
      firedCount: try count("fired_count"), suppressedCount: try count("suppressed_count"),
      firedAt: optionalTime("fired_at"), createdAt: try time("created_at"), at: try time("at"))
  }

  func alert() throws(JournalProblem) -> AlertRecord {
    let source: CommandSource? =
      optionalText("acknowledged_by") == nil ? nil : try source("acknowledged_by")
    return AlertRecord(
      id: AlertID(rule: AlertRuleID(try count("rule")), count: try count("count")),
      severity: try word("severity"), text: try text("text"),
      instrument: try optionalName("instrument"), at: try time("at"),
      acknowledgedAt: optionalTime("acknowledged_at"), acknowledgedBy: source)
  }

  /// A number of things.
  private func count(_ column: String) throws(JournalProblem) -> UInt64 {
    guard let number = UInt64(exactly: try integer(column)) else { throw unreadable(column) }
    return number
  }
}
