import NIOHTTP1

/// One call of a client, with who makes it.
struct Call {
  /// The parameters: of the query, or of the body when that is an object.
  let parameters: Parameters
  /// The body; nil for GET.
  let body: RequestValue?
  /// The caller's place among the accounts; zero for public calls, which never look.
  let account: Int
}

/// The code and words around the data of a reply.
struct EnvelopeHead {
  /// The code; `"0"` is success.
  let code: String
  /// The words beside the code; empty for success.
  let message: String

  /// What most calls answer.
  static let success = EnvelopeHead(code: "0", message: "success")
}

/// One path of the API: who may call it, how it is counted, and what serves it.
struct Route {
  /// Who may call it.
  enum Access {
    /// Anyone.
    case open
    /// A key with these permissions.
    case key(ServedAccount.Permissions)
  }

  /// Writes the data of the reply and returns what goes around it.
  typealias Serving =
    @Sendable (ServedExchange, Call, inout RowWriter) throws(APIProblem) ->
    EnvelopeHead

  let method: HTTPMethod
  let access: Access
  /// Whether it counts for the limit of trading calls.
  let isTrading: Bool
  let serve: Serving

  fileprivate static func open(_ serve: @escaping Serving) -> Route {
    Route(method: .GET, access: .open, isTrading: false, serve: serve)
  }

  fileprivate static func reading(_ serve: @escaping Serving) -> Route {
    Route(method: .GET, access: .key(.read), isTrading: false, serve: serve)
  }

  fileprivate static func readingTrades(_ serve: @escaping Serving) -> Route {
    Route(method: .GET, access: .key(.read), isTrading: true, serve: serve)
  }

  fileprivate static func trading(_ serve: @escaping Serving) -> Route {
    Route(method: .POST, access: .key(.trade), isTrading: true, serve: serve)
  }

  fileprivate static func moving(_ serve: @escaping Serving) -> Route {
    Route(method: .POST, access: .key(.transfer), isTrading: false, serve: serve)
  }
}

/// Every path that the exchange has. What is not here is answered with 152404, as amend-order and
/// its kin were when they were probed.
///
/// Source: BloFin reference 3.0; which calls count as trading is ccxt's reading.
enum Routes {
  /// What every path begins with.
  static let prefix = "/api/v1/"

  /// The routes by the rest of their path.
  static let table: [String: Route] = [
    "market/instruments": .open(MarketCalls.instruments),
    "market/tickers": .open(MarketCalls.tickers),
    "market/books": .open(MarketCalls.books),
    "market/trades": .open(MarketCalls.trades),
    "market/mark-price": .open(MarketCalls.markPrice),
    "market/funding-rate": .open(MarketCalls.fundingRate),
    "market/funding-rate-history": .open(MarketCalls.fundingRateHistory),
    "market/candles": .open(MarketCalls.candles),
    "market/index-candles": .open(MarketCalls.indexCandles),
    "market/mark-price-candles": .open(MarketCalls.markPriceCandles),
    "market/position-tiers": .open(MarketCalls.positionTiers),

    "account/config": .reading(AccountCalls.config),
    "account/balance": .reading(AccountCalls.balance),
    "account/positions": .reading(AccountCalls.positions),
    "account/positions-history": .reading(AccountCalls.positionsHistory),
    "account/margin-mode": .reading(AccountCalls.marginMode),
    "account/set-margin-mode": .trading(AccountCalls.setMarginMode),
    "account/position-mode": .reading(AccountCalls.positionMode),
    "account/set-position-mode": .trading(AccountCalls.setPositionMode),
    "account/leverage-info": .reading(AccountCalls.leverage),
    "account/batch-leverage-info": .reading(AccountCalls.leverages),
    "account/set-leverage": .trading(AccountCalls.setLeverage),
    "account/funding-fees": .reading(AccountCalls.fundingFees),

    "trade/order": .trading(OrderCalls.order),
    "trade/batch-orders": .trading(OrderCalls.batchOrders),
    "trade/cancel-order": .trading(OrderCalls.cancelOrder),
    "trade/cancel-batch-orders": .trading(OrderCalls.cancelBatchOrders),
    "trade/close-position": .trading(OrderCalls.closePosition),
    "trade/orders-pending": .readingTrades(OrderCalls.pending),
    "trade/order-detail": .readingTrades(OrderCalls.detail),
    "trade/orders-history": .readingTrades(OrderCalls.history),
    "trade/fills-history": .readingTrades(OrderCalls.fills),
    "trade/order/price-range": .readingTrades(OrderCalls.priceRange),

    "trade/order-tpsl": .trading(AlgoCalls.protection),
    "trade/cancel-tpsl": .trading(AlgoCalls.cancelProtection),
    "trade/orders-tpsl-pending": .readingTrades(AlgoCalls.protectionPending),
    "trade/order-tpsl-detail": .readingTrades(AlgoCalls.protectionDetail),
    "trade/orders-tpsl-history": .readingTrades(AlgoCalls.protectionHistory),
    "trade/order-algo": .trading(AlgoCalls.trigger),
    "trade/cancel-algo": .trading(AlgoCalls.cancelTrigger),
    "trade/orders-algo-pending": .readingTrades(AlgoCalls.triggerPending),
    "trade/orders-algo-history": .readingTrades(AlgoCalls.triggerHistory),

    "asset/balances": .reading(AssetCalls.balances),
    "asset/transfer": .moving(AssetCalls.transfer),
    "asset/bills": .reading(AssetCalls.bills),
    "asset/deposit-history": .reading(AssetCalls.depositHistory),
    "asset/withdrawal-history": .reading(AssetCalls.withdrawalHistory),
    "asset/currencies": .reading(AssetCalls.currencies),
    "asset/demo-apply-money": .moving(AssetCalls.demoMoney),
    "user/query-apikey": .reading(AssetCalls.apiKey),
  ]
}
