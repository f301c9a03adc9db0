import Simulation
import Trading

// The exchange's words for our values. Source: BloFin reference, enumerations.

extension OrderSide {
  /// `buy` or `sell`.
  var word: String {
    switch self {
    case .buy: "buy"
    case .sell: "sell"
    }
  }

  /// Reads `buy` or `sell`.
  init?(word: String) {
    switch word {
    case "buy": self = .buy
    case "sell": self = .sell
    default: return nil
    }
  }
}

extension PositionSlot {
  /// `net`, `long` or `short`.
  var word: String {
    switch self {
    case .net: "net"
    case .long: "long"
    case .short: "short"
    }
  }

  /// Reads `net`, `long` or `short`.
  init?(word: String) {
    switch word {
    case "net": self = .net
    case "long": self = .long
    case "short": self = .short
    default: return nil
    }
  }
}

extension MarginMode {
  /// `cross` or `isolated`.
  var word: String {
    switch self {
    case .cross: "cross"
    case .isolated: "isolated"
    }
  }

  /// Reads `cross` or `isolated`.
  init?(word: String) {
    switch word {
    case "cross": self = .cross
    case "isolated": self = .isolated
    default: return nil
    }
  }
}

extension PositionMode {
  /// `net_mode` or `long_short_mode`.
  var word: String {
    switch self {
    case .oneWay: "net_mode"
    case .hedge: "long_short_mode"
    }
  }

  /// Reads `net_mode` or `long_short_mode`.
  init?(word: String) {
    switch word {
    case "net_mode": self = .oneWay
    case "long_short_mode": self = .hedge
    default: return nil
    }
  }
}

extension OrderType {
  /// `market`, `limit`, `post_only`, `fok` or `ioc`.
  var word: String {
    switch self {
    case .market: "market"
    case .limit: "limit"
    case .postOnly: "post_only"
    case .fillOrKill: "fok"
    case .immediateOrCancel: "ioc"
    }
  }
}

extension VenueOrderState {
  /// `live`, `partially_filled`, `filled`, `canceled` or `partially_canceled`.
  var word: String {
    switch self {
    case .live: "live"
    case .partiallyFilled: "partially_filled"
    case .filled: "filled"
    case .canceled: "canceled"
    case .partiallyCanceled: "partially_canceled"
    }
  }
}

extension AlgoOrder.State {
  /// `live`, `effective`, `canceled` or `order_failed`.
  var word: String {
    switch self {
    case .live: "live"
    case .effective: "effective"
    case .canceled: "canceled"
    case .orderFailed: "order_failed"
    }
  }
}

extension AlgoOrder.Leg {
  /// `tp` or `sl`.
  var word: String {
    switch self {
    case .takeProfit: "tp"
    case .stopLoss: "sl"
    }
  }
}

extension OrderCategory {
  /// `normal`, `tp`, `sl`, `partial_liquidation`, `full_liquidation` or `adl`.
  var word: String {
    switch self {
    case .normal: "normal"
    case .takeProfit: "tp"
    case .stopLoss: "sl"
    case .partialLiquidation: "partial_liquidation"
    case .fullLiquidation: "full_liquidation"
    case .autoDeleveraging: "adl"
    case .other(let word): word
    }
  }
}

extension CancelSource {
  /// `not_canceled`, `user_canceled` or `system_canceled`.
  var word: String {
    switch self {
    case .notCanceled: "not_canceled"
    case .user: "user_canceled"
    case .system: "system_canceled"
    }
  }

  /// The sentence beside the word in the history, nil where nothing was canceled.
  var reason: String? {
    switch self {
    case .notCanceled: nil
    case .user: "Order canceled by user"
    case .system: "Order canceled by system"
    }
  }
}

extension TriggerSource {
  /// `last`, `mark` or `index`.
  var word: String {
    switch self {
    case .last: "last"
    case .mark: "mark"
    case .index: "index"
    }
  }

  /// Reads `last`, `mark` or `index`.
  init?(word: String) {
    switch word {
    case "last": self = .last
    case "mark": self = .mark
    case "index": self = .index
    default: return nil
    }
  }
}

extension PositionRecord.State {
  /// The word that `positions-history` filters by.
  var word: String {
    switch self {
    case .partiallyClosed: "partially_closed"
    case .closed: "closed"
    case .liquidated: "liquidated"
    case .partiallyLiquidated: "partially_liquidated"
    case .deleveraged: "adl"
    }
  }

  /// Reads a state.
  init?(word: String) {
    guard let state = Self.allCases.first(where: { $0.word == word }) else { return nil }
    self = state
  }
}

extension Wallet {
  /// `funding`, `futures`, `copy_trading`, `earn`, `spot` or `inverse_contract`.
  var word: String {
    switch self {
    case .funding: "funding"
    case .futures: "futures"
    case .copyTrading: "copy_trading"
    case .earn: "earn"
    case .spot: "spot"
    case .inverseContract: "inverse_contract"
    }
  }

  /// Reads an account type.
  init?(word: String) {
    guard let wallet = Wallet.allCases.first(where: { $0.word == word }) else { return nil }
    self = wallet
  }
}

extension CandleBar {
  /// `1m` through `1M`; the case matters.
  var word: String {
    switch self {
    case .oneMinute: "1m"
    case .threeMinutes: "3m"
    case .fiveMinutes: "5m"
    case .fifteenMinutes: "15m"
    case .thirtyMinutes: "30m"
    case .oneHour: "1H"
    case .twoHours: "2H"
    case .fourHours: "4H"
    case .sixHours: "6H"
    case .eightHours: "8H"
    case .twelveHours: "12H"
    case .oneDay: "1D"
    case .threeDays: "3D"
    case .oneWeek: "1W"
    case .oneMonth: "1M"
    }
  }

  /// Reads `1m` through `1M`.
  init?(word: String) {
    guard let bar = CandleBar.allCases.first(where: { $0.word == word }) else { return nil }
    self = bar
  }
}

extension CandleSource {
  /// What the names of the candle channels begin with.
  var channelPrefix: String {
    switch self {
    case .last: "candle"
    case .mark: "mark-price-candle"
    case .index: "index-candle"
    }
  }
}
