import AccountData
import Engine
import MarketData
import Trading
import Units

/// Where a stop, a target or a resting order goes: a price being typed, for an order its size too.
struct PriceForm: Sendable, Equatable {
  /// What is moved.
  enum Purpose: Sendable, Equatable {
    case stop(PositionKey)
    case target(PositionKey)
    /// One of several targets, which keeps its size.
    case oneTarget(PositionKey, ExchangeOrderID)
    case order(ClientOrderID)
  }

  /// What can be typed.
  enum Field: Sendable, Equatable {
    case price
    case size
  }

  let purpose: Purpose
  /// What the form is about, for its title.
  let title: String
  let openedAt: Timestamp
  var text: String
  /// The whole size of an order in contracts; empty for a stop or a target.
  var sizeText = ""
  var field = Field.price
  /// Whether the line still holds what stood there before: what is typed takes its place.
  var isUntouched = true

  /// The text of the line that is being typed.
  var typed: String {
    get { field == .price ? text : sizeText }
    set { if field == .price { text = newValue } else { sizeText = newValue } }
  }

  /// Whether it is about an order, which has a size.
  var hasSize: Bool { if case .order = purpose { true } else { false } }

  /// The units that a number in it may have: percent from the entry, and for a target times the
  /// distance of the stop.
  var units: String {
    switch purpose {
    case .stop: "%"
    case .target, .oneTarget: "%r"
    case .order: ""
    }
  }

  /// The price that was typed, or what is wrong with it; of an order, which has no percent.
  func price() throws(FormProblem) -> Price {
    Price(try FormNumber.parse(text, "price"))
  }

  /// The size that was typed, or what is wrong with it.
  func contracts() throws(FormProblem) -> Contracts {
    Contracts(try FormNumber.parse(sizeText, "contracts"))
  }
}

extension OrderType {
  /// The same kind of order at another price; a market order has none.
  func moved(to price: Price) -> OrderType {
    switch self {
    case .market, .limit: .limit(price)
    case .postOnly: .postOnly(price)
    case .fillOrKill: .fillOrKill(price)
    case .immediateOrCancel: .immediateOrCancel(price)
    }
  }
}
