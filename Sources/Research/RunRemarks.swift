import Units

/// Why a run opened less than its strategies wanted, in short.
public struct RunRemarks: Sendable, Hashable {
  /// A reason of the gate and how often it was given.
  public struct Denied: Sendable, Hashable {
    /// The code of the denial, such as `target.reward`.
    public let code: String
    /// How often.
    public let count: Int

    /// States a reason.
    public init(code: String, count: Int) {
      self.code = code
      self.count = count
    }
  }

  /// The most frequent denial, of equal ones the first; nil when there was none but those of a
  /// standstill.
  public let denied: Denied?
  /// From when on nothing was opened any more; nil when the strategies could trade to the end.
  public let standstill: Standstill?

  /// States remarks; without any, nothing kept the strategies from what they wanted.
  public init(denied: Denied? = nil, standstill: Standstill? = nil) {
    self.denied = denied
    self.standstill = standstill
  }

  init(_ ledger: BacktestLedger) {
    standstill = ledger.standstill
    var most: Denied?
    // What follows from the standstill is counted with it.
    let isStill = ledger.standstill != nil
    for denial in ledger.denials where !(isStill && denial.code.hasPrefix("state.")) {
      guard denial.count > most?.count ?? 0 else { continue }
      most = Denied(code: denial.code, count: denial.count)
    }
    denied = most
  }

  /// They in words behind a result, such as `; denied 370 x target.reward`; empty without any.
  public var text: String {
    (denied.map { "; denied \($0.count) x \($0.code)" } ?? "")
      + (standstill.map { "; STOOD STILL from \($0.text)" } ?? "")
  }

  /// They as fields of a line, a comma before each; empty without any.
  var fields: String {
    guard self != RunRemarks() else { return "" }
    let still: [String] =
      standstill.map { ["\($0.from.milliseconds)", "\($0.missedCount)", $0.reason] }
      ?? ["", "", ""]
    return ([denied?.code ?? "", denied.map { "\($0.count)" } ?? ""] + still)
      .reduce("") { $0 + "," + $1 }
  }

  /// Reads fields of a line; nil when they are not sound.
  init?(fields: ArraySlice<Substring>) {
    guard !fields.isEmpty else {
      self.init()
      return
    }
    let fields = Array(fields)
    guard fields.count >= 5 else { return nil }
    var denied: Denied?
    if !fields[0].isEmpty || !fields[1].isEmpty {
      guard let count = Int(fields[1]), count > 0, !fields[0].isEmpty else { return nil }
      denied = Denied(code: String(fields[0]), count: count)
    }
    var standstill: Standstill?
    // The reason is the last, for it may have commas.
    let reason = fields[4...].joined(separator: ",")
    if !fields[2].isEmpty || !fields[3].isEmpty || !reason.isEmpty {
      guard let time = Int64(fields[2]), let missed = Int(fields[3]), missed >= 0 else {
        return nil
      }
      standstill = Standstill(
        from: Timestamp(milliseconds: time), reason: reason, missedCount: missed)
    }
    self.init(denied: denied, standstill: standstill)
  }
}
