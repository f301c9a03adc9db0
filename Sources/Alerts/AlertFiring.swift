import Trading
import Units

/// A rule that fired, with what made it fire.
public struct AlertFiring: Sendable, Hashable {
  /// Its name.
  public let id: AlertID
  /// The rule.
  public let rule: AlertRule
  /// What the readings were, in the words of people; for an event, what happened.
  public let cause: String
  /// How often the rule came true during its cool-down since it last fired.
  public let suppressedCount: UInt64
  /// When it fired.
  public let at: Timestamp

  /// The sentence: the user's words if there are any, the condition, what made it true.
  public var text: String {
    let before = rule.note.isEmpty ? "" : "\(rule.note): "
    let after = suppressedCount > 0 ? " (and \(suppressedCount) times while it was quiet)" : ""
    switch rule.condition {
    case .expression(let expression): return "\(before)\(expression), now \(cause)\(after)"
    case .event: return "\(before)\(cause)\(after)"
    }
  }

  /// The line of the journal.
  public var record: AlertRecord {
    AlertRecord(
      id: id, severity: rule.severity, text: text, topic: rule.condition.topic,
      instrument: rule.condition.instrument, at: at)
  }
}

extension AlertReading {
  /// Returns a value of this reading as people read it, such as `last 65010.5 USDT` or `funding
  /// -0.01 %`.
  func text(of value: Fixed?) -> String {
    guard let value else { return "\(kind.rawValue) unknown" }
    let rounded = value.rounded(to: Self.shownStep, .nearestOrEven)
    switch kind.type {
    case .price: return "\(kind.rawValue) \(rounded) \(quote)"
    case .number: return "\(kind.rawValue) \(rounded)\(countUnit)"
    case .percent: return "\(kind.rawValue) \(rounded) %"
    case .money: return "\(kind.rawValue) \(rounded) USDT"
    case .span: return "\(kind.rawValue) \(Expression.spanText(rounded))"
    case .truth: return value.isZero ? "not \(kind.rawValue)" : kind.rawValue
    }
  }

  /// What prices of its instrument are in.
  private var quote: String {
    guard let text = instrument?.text, let dash = text.lastIndex(of: "-") else { return "USDT" }
    return String(text[text.index(after: dash)...])
  }

  /// The unit of a plain number, after a blank; empty for a ratio or an index.
  private var countUnit: String {
    switch kind {
    case .position: " contracts"
    case .volume, .volume24h, .openInterest: instrument.map { " \($0.baseText)" } ?? ""
    case .pnlR: " R"
    case .liquidationATR: " ATR"
    case .volumeRatio: " times the median"
    case .last, .mark, .index, .bid, .ask, .spread, .funding, .fundingIn, .move24h, .high24h,
      .low24h, .age, .move, .high, .low, .close, .rsi, .ema, .sma, .atr, .zone, .pnl, .pnlPercent,
      .liquidationPercent, .liquidationPrice, .naked, .unproven, .equity, .dayPnL, .dayLossUsed,
      .marginUsed, .drawdown, .linkDown, .clockSkew, .halted:
      ""
    }
  }

  /// More places than any figure that is read has a meaning in.
  private static let shownStep: Fixed = "0.00000001"
}
