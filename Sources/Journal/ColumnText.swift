import Trading
import Units

// How values that are not a number, a word or a time stand in a column, and how they are read.

extension CommandSource {
  /// Reads the word of a source; nil when the column holds something else.
  init?(columnText: String) {
    let parts = columnText.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    switch (parts.first, parts.count > 1 ? String(parts[1]) : nil) {
    case ("keyboard", nil): self = .keyboard
    case ("control", nil): self = .control
    case ("strategy", let name?): self = .strategy(name)
    case ("web", nil): self = .web
    case ("agent", let name?): self = .agent(name)
    case ("engine", nil): self = .engine
    default: return nil
    }
  }
}

extension OrderType {
  /// Reads a kind and its price; nil when they do not fit each other.
  init?(columnText: String, price: Price?) {
    switch (columnText, price) {
    case ("market", nil): self = .market
    case ("limit", let price?): self = .limit(price)
    case ("postOnly", let price?): self = .postOnly(price)
    case ("fillOrKill", let price?): self = .fillOrKill(price)
    case ("immediateOrCancel", let price?): self = .immediateOrCancel(price)
    default: return nil
    }
  }
}

extension TriggerSize {
  /// The contracts, nil for a whole position.
  var contracts: Contracts? {
    switch self {
    case .wholePosition: nil
    case .contracts(let contracts): contracts
    }
  }
}

extension [String] {
  /// The sentences, one a line; a line break inside a sentence becomes a space.
  var columnText: String {
    map { String($0.map { $0.isNewline ? " " : $0 }) }.joined(separator: "\n")
  }
}

extension Intent {
  /// The wish in words, for reading: `open long BTC-USDT isolated market risk 0.01 stop 94000`.
  var columnText: String {
    switch self {
    case .open(let opening):
      [
        "open \(opening.side.rawValue) \(opening.instrument) \(opening.marginMode.rawValue)",
        opening.type.words, opening.size.words, opening.stop.words,
        opening.takeProfit.map { "target \($0.triggerPrice)" },
      ].compactMap { $0 }.joined(separator: " ")
    case .close(let closing):
      "close \(closing.key.slot.rawValue) \(closing.key.instrument) share \(closing.share) "
        + closing.type.words
    case .protect(let key, let stop, let target):
      [
        "protect \(key.slot.rawValue) \(key.instrument)", stop.map { "stop \($0)" },
        target.map { "target \($0)" },
      ].compactMap { $0 }.joined(separator: " ")
    case .trail(let key, let distance, let activation):
      [
        "trail \(key.slot.rawValue) \(key.instrument) \(distance.text)",
        activation.map { "from \($0)" },
      ].compactMap { $0 }.joined(separator: " ")
    case .setLeverage(let instrument, let mode, let leverage):
      "leverage \(instrument) \(mode.rawValue) \(leverage)x"
    case .setPositionMode(let mode): "position mode \(mode.rawValue)"
    }
  }
}

extension OrderType {
  fileprivate var words: String {
    limitPrice.map { "\(code) \($0)" } ?? code
  }
}

extension SizeRequest {
  fileprivate var words: String {
    switch self {
    case .contracts(let contracts): "contracts \(contracts)"
    case .baseAmount(let amount): "coins \(amount)"
    case .notional(let notional): "notional \(notional)"
    case .marginShare(let share): "margin \(share)"
    case .riskShare(let share): "risk \(share)"
    }
  }
}

extension StopPlan {
  fileprivate var words: String {
    switch self {
    case .stop(let trigger): "stop \(trigger.triggerPrice)"
    case .liquidation: "stop liquidation"
    case .none: "no stop"
    }
  }
}
