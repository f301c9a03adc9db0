import Exchanges
import Transport
import Units

/// The REST calls that are used, in the order of the exchange's documentation.
///
/// Source: BloFin API documentation, REST, read at e3600b7 (2026-03-21).
nonisolated enum Endpoint: CaseIterable, Hashable, Sendable {
  // Public market data.
  case instruments
  case markPrice
  case candles
  case positionTiers
  // Account.
  case balance
  case positions
  case positionMode
  case setPositionMode
  case leverages
  case setLeverage
  case fundingFees
  case transfers
  // Trading: placing.
  case placeOrder
  case placeProtection
  case closePosition
  // Trading: canceling.
  case cancelOrder
  case cancelProtection
  case cancelTrigger
  // Trading: reading.
  case ordersPending
  case orderDetail
  case ordersHistory
  case fillsHistory
  case protectionsPending
  case triggersPending
  // User.
  case apiKey

  /// The path below the host, without a query.
  var path: String {
    switch self {
    case .instruments: "/api/v1/market/instruments"
    case .markPrice: "/api/v1/market/mark-price"
    case .candles: "/api/v1/market/candles"
    case .positionTiers: "/api/v1/market/position-tiers"
    case .balance: "/api/v1/account/balance"
    case .positions: "/api/v1/account/positions"
    case .positionMode: "/api/v1/account/position-mode"
    case .setPositionMode: "/api/v1/account/set-position-mode"
    case .leverages: "/api/v1/account/batch-leverage-info"
    case .setLeverage: "/api/v1/account/set-leverage"
    case .fundingFees: "/api/v1/account/funding-fees"
    case .transfers: "/api/v1/asset/bills"
    case .placeOrder: "/api/v1/trade/order"
    case .placeProtection: "/api/v1/trade/order-tpsl"
    case .closePosition: "/api/v1/trade/close-position"
    case .cancelOrder: "/api/v1/trade/cancel-order"
    case .cancelProtection: "/api/v1/trade/cancel-tpsl"
    case .cancelTrigger: "/api/v1/trade/cancel-algo"
    case .ordersPending: "/api/v1/trade/orders-pending"
    case .orderDetail: "/api/v1/trade/order-detail"
    case .ordersHistory: "/api/v1/trade/orders-history"
    case .fillsHistory: "/api/v1/trade/fills-history"
    case .protectionsPending: "/api/v1/trade/orders-tpsl-pending"
    case .triggersPending: "/api/v1/trade/orders-algo-pending"
    case .apiKey: "/api/v1/user/query-apikey"
    }
  }

  /// Whether the call changes something; such a call is never sent twice.
  var isWrite: Bool {
    switch self {
    case .setPositionMode, .setLeverage, .placeOrder, .placeProtection, .closePosition,
      .cancelOrder, .cancelProtection, .cancelTrigger:
      true
    case .instruments, .markPrice, .candles, .positionTiers, .balance, .positions, .positionMode,
      .leverages, .fundingFees, .transfers, .ordersPending, .orderDetail, .ordersHistory,
      .fillsHistory, .protectionsPending, .triggersPending, .apiKey:
      false
    }
  }

  /// Whether the call must be signed.
  var isPrivate: Bool {
    switch self {
    case .instruments, .markPrice, .candles, .positionTiers: false
    case .balance, .positions, .positionMode, .setPositionMode, .leverages, .setLeverage,
      .fundingFees, .transfers, .placeOrder, .placeProtection, .closePosition, .cancelOrder,
      .cancelProtection, .cancelTrigger, .ordersPending, .orderDetail, .ordersHistory,
      .fillsHistory, .protectionsPending, .triggersPending, .apiKey:
      true
    }
  }

  /// Whether trading goes on without it: the exchange may not have it, which says nothing about the
  /// key or the link.
  var isOptional: Bool { self == .fundingFees || self == .leverages }

  /// How it is asked.
  var method: HTTPRequest.Method { isWrite ? .post : .get }

  /// What it counts toward.
  ///
  /// The documentation limits "trading-related" calls per user without listing them. The strictest
  /// client known counts every signed call, and so do we.
  var scopes: [QuotaScope] { isPrivate ? [.address, .user] : [.address] }

  /// The most rows that a page of a list holds.
  static let pageLimit = 100
  /// The most instruments whose leverage one call reads. Source: BloFin REST, GET Multiple Leverage
  /// (more are refused with 152015).
  static let leverageLimit = 20
  /// The most candles that one answer holds.
  static let candlePageLimit = 1_440
}

nonisolated extension QuotaScope {
  /// All requests of one IP address.
  public static let address = QuotaScope("address")
  /// All signed requests of one user, whatever the key.
  public static let user = QuotaScope("user")
}

nonisolated extension RequestQuota {
  /// BloFin's limits, with the shares kept for what takes risk off.
  ///
  /// Source: BloFin API documentation, "Rate Limits": 500 a minute and 1500 in five minutes per
  /// address (then suspended for 5 minutes and 1 hour), 30 trading requests in 10 s per user.
  public static let blofin = [
    RequestQuota(
      scope: .address, limit: 500, window: .minutes(1), margin: .seconds(2),
      reservedForRiskReducing: 60, reservedForOrdinary: 60),
    RequestQuota(
      scope: .address, limit: 1_500, window: .minutes(5), margin: .seconds(5),
      reservedForRiskReducing: 150, reservedForOrdinary: 150),
    RequestQuota(
      scope: .user, limit: 30, window: .seconds(10), margin: .milliseconds(500),
      reservedForRiskReducing: 10, reservedForOrdinary: 8),
  ]
}
