import Trading
import Units

extension AlertCause {
  /// What the reading was, as people say it, without its instrument: `last price 65010.5 USDT`,
  /// `15m RSI(14) 28.4`, `liquidation 4.2 % away`.
  public var words: String {
    guard let value else { return "\(name) unknown" }
    switch reading.kind {
    case .zone:
      return value.isZero ? "last price outside every \(frame)zone" : "last price in a \(frame)zone"
    case .naked: return value.isZero ? "position has a stop" : "position without a stop"
    case .unproven:
      return value.isZero
        ? "stop shown by the exchange" : "stop not shown by the exchange"
    case .linkDown: return value.isZero ? "all connections are up" : "a connection is lost"
    case .halted: return value.isZero ? "the bot is not halted" : "the bot is halted"
    case .last, .mark, .index, .bid, .ask, .spread, .funding, .fundingIn, .move24h, .high24h,
      .low24h, .volume24h, .openInterest, .age, .move, .high, .low, .close, .volume, .volumeRatio,
      .rsi, .ema, .sma, .atr, .position, .pnl, .pnlPercent, .pnlR, .liquidationPercent,
      .liquidationPrice, .liquidationATR, .equity, .dayPnL, .dayLossUsed, .marginUsed, .drawdown,
      .clockSkew:
      return "\(name) \(figure(value))"
    }
  }

  /// The figure with its unit.
  private func figure(_ value: Fixed) -> String {
    switch reading.kind.type {
    case .span: Self.spanText(value)
    case .money: Self.rounded(value, places: 2) + unit
    case .percent: Self.rounded(value, places: 2) + unit
    case .price, .number, .truth:
      (isGiven ? "\(value)" : Self.rounded(value, digits: 6)) + unit
    }
  }

  /// Whether the exchange gives the figure; the others are worked out and have places without end.
  private var isGiven: Bool {
    switch reading.kind {
    case .last, .mark, .index, .bid, .ask, .high24h, .low24h, .volume24h, .openInterest, .high,
      .low, .close, .volume, .position:
      true
    case .spread, .funding, .fundingIn, .move24h, .age, .move, .volumeRatio, .rsi, .ema, .sma, .atr,
      .zone, .pnl, .pnlPercent, .pnlR, .liquidationPercent, .liquidationPrice, .liquidationATR,
      .naked, .unproven, .equity, .dayPnL, .dayLossUsed, .marginUsed, .drawdown, .linkDown,
      .clockSkew, .halted:
      false
    }
  }

  /// The name of the figure, with the time frame or window that it is of.
  private var name: String {
    switch reading.kind {
    case .last: "last price"
    case .mark: "mark price"
    case .index: "index price"
    case .bid: "best bid"
    case .ask: "best ask"
    case .spread: "spread"
    case .funding: "funding rate"
    case .fundingIn: "funding settles in"
    case .move24h: "move of 24h"
    case .high24h: "high of 24h"
    case .low24h: "low of 24h"
    case .volume24h: "volume of 24h"
    case .openInterest: "open interest"
    case .age: "nothing heard for"
    case .move: "move of \(window)"
    case .high: "high of the last \(window)"
    case .low: "low of the last \(window)"
    case .close: "\(frame)close"
    case .volume: "\(frame)volume"
    case .volumeRatio: "\(frame)volume"
    case .rsi: "\(frame)RSI(\(reading.period))"
    case .ema: "\(frame)EMA(\(reading.period))"
    case .sma: "\(frame)SMA(\(reading.period))"
    case .atr: "\(frame)ATR(\(reading.period))"
    case .zone: "whether in a \(frame)zone"
    case .position: "position"
    case .pnl, .pnlPercent: "unrealized profit"
    case .pnlR: "result"
    case .liquidationPercent, .liquidationPrice, .liquidationATR: "liquidation"
    case .naked: "whether the position has a stop"
    case .unproven: "whether the exchange shows the stop"
    case .equity: "equity"
    case .dayPnL: "profit of the day"
    case .dayLossUsed: "loss of the day"
    case .marginUsed: "margin in use"
    case .drawdown: "equity"
    case .linkDown: "whether a connection is lost"
    case .clockSkew: "our clock off the exchange's by"
    case .halted: "whether the bot is halted"
    }
  }

  /// The unit, after a blank; empty for an index.
  private var unit: String {
    switch reading.kind {
    case .last, .mark, .index, .bid, .ask, .high24h, .low24h, .high, .low, .close, .ema, .sma, .atr:
      " \(quote)"
    case .spread, .funding, .move24h, .move: " %"
    case .pnl, .equity, .dayPnL: " USDT"
    case .volume24h, .openInterest, .volume: reading.instrument.map { " \($0.baseText)" } ?? ""
    case .volumeRatio: " times the median of \(reading.period)"
    case .position: " contracts"
    case .pnlPercent: " % of its margin"
    case .pnlR: " R"
    case .liquidationPercent: " % away"
    case .liquidationPrice: " \(quote) away"
    case .liquidationATR: " times the \(frame)ATR(\(reading.period)) away"
    case .dayLossUsed: " % of its limit"
    case .marginUsed: " % of the equity"
    case .drawdown: " % below its peak"
    case .fundingIn, .age, .rsi, .zone, .naked, .unproven, .linkDown, .clockSkew, .halted: ""
    }
  }

  private var frame: String { reading.timeFrame.map { "\($0.rawValue) " } ?? "" }

  private var window: String { reading.window.map(AlertReading.text(of:)) ?? "" }

  /// What prices of its instrument are in.
  private var quote: String {
    guard let text = reading.instrument?.text, let dash = text.lastIndex(of: "-") else {
      return "USDT"
    }
    return String(text[text.index(after: dash)...])
  }
}

extension AlertCause {
  /// Returns a figure to so many places; below one, to two more.
  public static func rounded(_ value: Fixed, places: Int) -> String {
    let step = Fixed.one.divided(by: Fixed(Int(Fixed.powerOfTen(places))), .nearestOrEven)
    let fine = value.magnitude < 1 ? step.divided(by: 100, .nearestOrEven) : step
    return "\(value.rounded(to: fine, .nearestOrEven))"
  }

  /// Returns a figure to so many digits, whole numbers with all of theirs.
  public static func rounded(_ value: Fixed, digits: Int) -> String {
    let count = Int(Fixed.powerOfTen(digits))
    var step = Fixed(raw: 1_000_000)
    while step < 1, step.times(count) <= value.magnitude { step = step.times(10) }
    return "\(value.rounded(to: step, .nearestOrEven))"
  }

  /// Seconds as people count them: `35s`, `2m 5s`, `7h 59m`, `2d 3h`.
  static func spanText(_ seconds: Fixed) -> String {
    guard seconds.magnitude >= 60, seconds.magnitude < 1_000_000_000 else {
      return "\(seconds.rounded(to: "0.001", .nearestOrEven))s"
    }
    let sign = seconds.isNegative ? "-" : ""
    let whole = Int(seconds.magnitude.raw / Int128(Fixed.unit))
    let units = [(86_400, "d"), (3_600, "h"), (60, "m"), (1, "s")]
    let first = units.firstIndex { whole >= $0.0 } ?? units.count - 1
    let (length, letter) = units[first]
    guard first + 1 < units.count else { return "\(sign)\(whole)s" }
    let rest = whole % length / units[first + 1].0
    return "\(sign)\(whole / length)\(letter)" + (rest > 0 ? " \(rest)\(units[first + 1].1)" : "")
  }
}
